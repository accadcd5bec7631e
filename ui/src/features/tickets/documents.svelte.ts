/** The documents of one ticket: what this computer has of them, and the list of keys that they are sealed to. */
import { backend } from '$backend';
import type { Failure } from '../../backend';
import type { Crop, DocumentKind, OwnDocument, SealingList, Ticket, TicketRef } from '../../backend/tickets';
import { asFailure } from '../../errors/failure';
import { Known } from '../../state/known.svelte';
import { documentsOf } from './kinds';

export interface Slot {
  kind: DocumentKind;
  document: OwnDocument | null;
  /** All of it is at the center, also when this computer has nothing of it. */
  there: boolean;
}

export class DocumentsState {
  rows = $state.raw<OwnDocument[]>([]);
  /** Why the last file was not taken, by what it was to show. */
  refused = $state.raw<{ kind: DocumentKind; failure: Failure; name: string | null } | null>(null);
  /** Being looked at before it is sent. */
  editing = $state<string | null>(null);
  /** What a photograph is being taken of. */
  photographing = $state<DocumentKind | null>(null);
  readonly list = new Known<SealingList>((signal) => backend.tickets.sealingList(this.where.center, signal));

  constructor(
    readonly where: TicketRef,
    /** A document has arrived whole: the ticket misses one less. */
    readonly onstored: () => void,
  ) {}

  start(): () => void {
    void this.load();
    void this.list.load();
    const stop = backend.tickets.onDocument((document) => this.#put(document));
    return () => {
      stop();
      this.list.stop();
    };
  }

  async load(): Promise<void> {
    try {
      this.rows = await backend.tickets.documents(this.where);
    } catch {
      // Nothing was added here; the ticket itself says what is missing.
    }
  }

  #put(document: OwnDocument): void {
    const before = this.rows.find((one) => one.id === document.id);
    // Of another ticket, or removed meanwhile.
    if (!before) return;
    this.rows = this.rows.map((one) => (one.id === document.id ? document : one));
    if (document.state === 'stored' && before.state !== 'stored') this.onstored();
    if (document.failure?.code === 'center_key_list') void this.list.load();
  }

  slots(ticket: Ticket): Slot[] {
    return documentsOf[ticket.kind].map((kind) => ({
      kind,
      document: this.rows.findLast((one) => one.kind === kind) ?? null,
      there: !ticket.documents_missing.includes(kind),
    }));
  }

  get underWay(): boolean {
    return this.rows.some(({ state }) => state === 'sealing' || state === 'sending');
  }

  /** Takes a file by whatever way, and shows it. What is there of that kind gives way once the new one is sent. */
  async add(kind: DocumentKind, take: () => Promise<OwnDocument | null>, name: string | null = null): Promise<void> {
    this.refused = null;
    try {
      const document = await take();
      if (!document) return;
      this.rows = [...this.rows.filter((one) => one.id !== document.id), document];
      this.editing = document.id;
    } catch (error) {
      this.refused = { kind, failure: asFailure(error), name };
    }
  }

  choose(kind: DocumentKind): Promise<void> {
    return this.add(kind, () => backend.tickets.pickDocument(this.where, kind));
  }

  drop(kind: DocumentKind, path: string): Promise<void> {
    const name = path.split(/[\\/]/).at(-1) ?? null;
    return this.add(kind, () => backend.tickets.addDocument(this.where, kind, path), name);
  }

  async edit(document: OwnDocument, turns: number, crop: Crop | null): Promise<void> {
    const edited = await backend.tickets.editDocument(document.id, turns, crop);
    this.rows = this.rows.map((one) => (one.id === edited.id ? edited : one));
  }

  async #try(document: OwnDocument, act: () => Promise<unknown>): Promise<void> {
    this.refused = null;
    try {
      await act();
    } catch (error) {
      this.refused = { kind: document.kind, failure: asFailure(error), name: document.name };
    }
  }

  send(document: OwnDocument): Promise<void> {
    this.editing = null;
    return this.#try(document, () => backend.tickets.uploadDocument(document.id));
  }
  pause(document: OwnDocument): Promise<void> {
    return this.#try(document, () => backend.tickets.pauseUpload(document.id));
  }
  resume(document: OwnDocument): Promise<void> {
    return this.#try(document, () => backend.tickets.resumeUpload(document.id));
  }
  remove(document: OwnDocument): Promise<void> {
    return this.#try(document, async () => {
      await backend.tickets.removeDocument(this.where, document.id);
      this.rows = this.rows.filter((one) => one.id !== document.id);
      this.onstored();
    });
  }
}
