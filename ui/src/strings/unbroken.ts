/** Words that stay on one line. */
import type { PostProcessorModule } from 'i18next';

/** Nothing is seen of it, and no line ends at it (Unicode: WORD JOINER). A hyphen that does not break is not in every font. */
const JOINER = '\u2060';

/** A line ends after a hyphen: "e-" at its end and "mail" on the next is no word. */
export const unbroken: PostProcessorModule = {
  type: 'postProcessor',
  name: 'unbroken',
  process: (text: unknown) =>
    (typeof text === 'string' ? text.replace(/\be-(?=mail)/gi, `$&${JOINER}`) : text) as string,
};
