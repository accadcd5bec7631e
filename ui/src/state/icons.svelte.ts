/** Pictures that a person gave to entries, asked for when they come into sight and kept for a while. */
import { backend } from '$backend';
import type { EntryRow } from '../backend';

/** Many more than are in sight at once. */
const KEPT = 300;

export class Icons {
  /** By entry, with the time of the entry's change that the picture is of. The oldest come first. */
  #held = $state.raw(new Map<string, { modified: number; url: string | null }>());
  #asked = new Set<string>();

  /** The picture, or nothing yet, or nothing at all. */
  of({ id, has_icon, modified }: EntryRow): string | null {
    if (!has_icon) return null;
    const held = this.#held.get(id);
    if (held?.modified !== modified) void this.#ask(id, modified);
    // The one of before stands until the new one is there.
    return held?.url ?? null;
  }

  async #ask(id: string, modified: number): Promise<void> {
    const asked = `${id} ${modified}`;
    if (this.#asked.has(asked)) return;
    this.#asked.add(asked);
    // A picture that cannot be had is none: the tile shows the initials, and the list stays as it is.
    const url = await backend.icon(id).catch(() => null);
    if (!this.#asked.delete(asked)) return;
    const held = new Map(this.#held);
    held.delete(id);
    held.set(id, { modified, url });
    for (const oldest of held.keys()) {
      if (held.size <= KEPT) break;
      held.delete(oldest);
    }
    this.#held = held;
  }

  /** The entry has another picture now, maybe of the same second. */
  forget(id: string): void {
    const held = new Map(this.#held);
    if (held.delete(id)) this.#held = held;
  }

  clear(): void {
    this.#asked.clear();
    this.#held = new Map();
  }
}

export const icons = new Icons();
