/** Where two texts differ, letter by letter, so that a reviewer's eye is led there. */
export interface Part {
  text: string;
  differs: boolean;
}

const letters = (text: string): string[] =>
  typeof Intl.Segmenter === 'undefined'
    ? [...text]
    : [...new Intl.Segmenter(undefined, { granularity: 'grapheme' }).segment(text)].map((one) => one.segment);

/** Longer than any name or number that the center takes: then all of it counts as different. */
const MOST = 400;

/** Both texts in parts; joined, the parts are the texts. What stands in both, in order, does not differ. */
export function diff(stated: string, filed: string): [Part[], Part[]] {
  const [a, b] = [letters(stated), letters(filed)];
  if (a.length > MOST || b.length > MOST) return [whole(stated), whole(filed)];
  // The longest common subsequence, from the end, so that it can be walked from the beginning.
  const length = Array.from({ length: a.length + 1 }, () => new Uint16Array(b.length + 1));
  for (let i = a.length - 1; i >= 0; i--)
    for (let j = b.length - 1; j >= 0; j--)
      length[i]![j] = a[i] === b[j] ? length[i + 1]![j + 1]! + 1 : Math.max(length[i + 1]![j]!, length[i]![j + 1]!);
  // Letters that stand in both by chance lead the eye nowhere.
  if (length[0]![0]! * 2 < Math.max(a.length, b.length)) return [whole(stated), whole(filed)];
  const [left, right]: [Part[], Part[]] = [[], []];
  let [i, j] = [0, 0];
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) {
      push(left, a[i++]!, false);
      push(right, b[j++]!, false);
    } else if (j >= b.length || (i < a.length && length[i + 1]![j]! >= length[i]![j + 1]!)) push(left, a[i++]!, true);
    else push(right, b[j++]!, true);
  }
  return [left, right];
}

const whole = (text: string): Part[] => (text === '' ? [] : [{ text, differs: true }]);

function push(parts: Part[], text: string, differs: boolean): void {
  const last = parts.at(-1);
  if (last && last.differs === differs) last.text += text;
  else parts.push({ text, differs });
}
