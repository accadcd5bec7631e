/** Where the person is: before the vault is open, and in which view after. Nothing here outlives the page. */
import { backend } from '$backend';
import type { Appearance, Candidate, EntryId, Failure, Status } from '../backend';
import { asFailure } from '../errors/failure';

/** `topic` of {@link App.open} says which part of a view: a step, a ticket, a page of help. */
export type View =
  | 'codes'
  | 'add'
  | 'trash'
  | 'backup'
  | 'settings'
  | 'import'
  | 'export'
  // the account center
  | 'connect'
  | 'sign-in'
  | 'overview'
  | 'account'
  | 'security'
  | 'mfa'
  | 'members'
  | 'tickets'
  | 'retrieve'
  | 'inbox'
  | 'help'
  // for staff
  | 'desk';

export class App {
  status = $state.raw<Status | null>(null);
  failure = $state.raw<Failure | null>(null);
  view = $state<View>('codes');
  topic = $state<string | null>(null);
  /** Which way of adding is asked for, when a view other than Add names it. */
  addMethod = $state<string | null>(null);
  /** Candidates that arrived from outside the Add view (a link, a drop). */
  arrived = $state.raw<Candidate[]>([]);
  /** The vault was made in this page: the steps of the first run are shown to their end. */
  firstRun = $state(false);
  settingsSection = $state<string | null>(null);
  /** An entry that another view wants to be shown. */
  wantedEntry = $state<EntryId | null>(null);

  /** The environment names the vault: no other one can be chosen or made in this run. */
  get vaultNamed(): boolean {
    return this.status?.platform_notes.includes('vault_named') ?? false;
  }

  async load(): Promise<void> {
    try {
      const status = await backend.status();
      this.status = status;
      this.failure = null;
      applyAppearance(status.appearance);
    } catch (error) {
      this.failure = asFailure(error);
    }
  }

  open(view: View, topic: string | null = null): void {
    this.view = view;
    this.topic = topic;
  }

  openAdd(method: string | null = null): void {
    this.addMethod = method;
    this.open('add');
  }

  openSettings(section: string): void {
    this.settingsSection = section;
    this.open('settings');
  }

  openEntry(id: EntryId): void {
    this.wantedEntry = id;
    this.open('codes');
  }

  async lock(): Promise<void> {
    await backend.lock();
    await this.load();
  }

  async setAppearance(appearance: Appearance): Promise<void> {
    applyAppearance(appearance);
    if (this.status) this.status = { ...this.status, appearance };
    await backend.setAppearance(appearance);
  }

  async setZoom(zoom: number): Promise<void> {
    if (this.status) this.status = { ...this.status, zoom };
    await backend.setZoom(zoom);
  }
}

export const zoomSteps = [0.75, 0.9, 1, 1.1, 1.25, 1.5, 1.75, 2];

export function applyAppearance(appearance: Appearance): void {
  if (appearance === 'system') delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = appearance;
}

export const app = new App();
