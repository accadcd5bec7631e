/** Lines of the security log as a person reads them. */
import type { SecurityEvent } from '../../backend';
import { t } from '../../strings';

/** What it is about, from the detail: names and masked addresses. */
const telling = ['device', 'name', 'label', 'to', 'address', 'from', 'member', 'ticket'];

export function eventText(event: SecurityEvent): string {
  const about = telling.map((key) => event.detail[key]).find((value) => value);
  const words = t(`log.event.${event.kind}`);
  return about ? `${words}: ${about}` : words;
}
