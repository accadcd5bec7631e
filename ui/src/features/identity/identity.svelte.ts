/** The identity check, asked for by any flow and answered in one dialog. */
import type { AccountRef, CheckedAction } from '../../backend';
import { asFailure } from '../../errors/failure';
import { clock } from '../../state/clock.svelte';

interface Asked {
  who: AccountRef;
  action: CheckedAction;
  answer: (proven: boolean) => void;
}

export class Identity {
  asked = $state.raw<Asked | null>(null);
  /** Until when an action may be done, by account and action. The center decides; this saves a question. */
  #proven = new Map<string, number>();

  /** True when it is proven, maybe since before; false when the person leaves it. */
  ensure(who: AccountRef, action: CheckedAction): Promise<boolean> {
    const until = this.#proven.get(key(who, action)) ?? 0;
    // A minute for the step that needs it.
    if (until > clock.seconds + 60) return Promise.resolve(true);
    return this.ask(who, action);
  }

  ask(who: AccountRef, action: CheckedAction): Promise<boolean> {
    this.asked?.answer(false);
    return new Promise((resolve) => {
      this.asked = {
        who,
        action,
        answer: (proven) => {
          this.asked = null;
          resolve(proven);
        },
      };
    });
  }

  note(who: AccountRef, action: CheckedAction, until: number | undefined): void {
    if (until) this.#proven.set(key(who, action), until);
  }

  /** Another session begins: what was proven in the one before does not count there. */
  forget({ center, account }: AccountRef): void {
    for (const one of this.#proven.keys()) if (one.startsWith(`${center}/${account}/`)) this.#proven.delete(one);
  }

  /**
   * Does what needs a check: asks for one before when none is known, and once more when the center wants a fresh one.
   * Throws `center_cancelled` when the person leaves the dialog.
   */
  async with<T>(who: AccountRef, action: CheckedAction, work: () => Promise<T>): Promise<T> {
    if (!(await this.ensure(who, action))) throw left();
    try {
      return await work();
    } catch (error) {
      const { code } = asFailure(error);
      if (code !== 'center_identity_check_required' && code !== 'center_frozen') throw error;
      this.#proven.delete(key(who, action));
      if (!(await this.ask(who, action))) throw left();
      return work();
    }
  }

  clear(): void {
    this.asked?.answer(false);
    this.#proven.clear();
  }
}

const key = (who: AccountRef, action: CheckedAction) => `${who.center}/${who.account}/${action}`;
const left = () => ({ code: 'center_cancelled', message: 'the identity check was left' });

export const identity = new Identity();
