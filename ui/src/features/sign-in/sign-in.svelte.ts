/** Signing in, from the name to a session. What was typed stays through every refusal. */
import { backend } from '$backend';
import type { CodeFlow, Factor, SignInOutcome, VaultOffer } from '../../backend';
import { asFailure } from '../../errors/failure';
import { app } from '../../state/app.svelte';
import { center } from '../../state/center.svelte';
import { Task } from '../../state/task.svelte';
import { toasts } from '../../state/toasts.svelte';
import { t } from '../../strings';
import { identity } from '../identity/identity.svelte';

type SecondStep = Extract<SignInOutcome, { outcome: 'second-step' }>;

/** Signed in: the account that was meant is the one that the views are about. */
export async function signedIn(outcome: SignInOutcome): Promise<void> {
  if (outcome.outcome !== 'signed-in') return;
  identity.forget(outcome.who);
  await center.load();
  center.choose(outcome.who);
  toasts.show(t('signIn.done', { name: center.row?.name ?? '' }));
  app.open(outcome.bind_mfa_first ? 'mfa' : 'overview');
}

export class SignIn {
  name = $state('');
  password = $state('');
  remember = $state(true);
  code = $state('');
  /** After three wrong passwords; its flow is there once a code was sent. */
  codeNeeded = $state(false);
  codeOut = $state.raw<CodeFlow | null>(null);
  /** Unix seconds; 0: not locked. */
  lockedUntil = $state(0);
  second = $state.raw<SecondStep | null>(null);
  factor = $state<Factor | null>(null);
  /** From when on another code may be sent, by factor. */
  sent = $state.raw<Partial<Record<Factor, number>>>({});
  /** The vault waits for the next code: until when. */
  waiting = $state(0);
  readonly task = new Task();
  readonly sending = new Task();
  readonly center: string;

  constructor(centerId: string, name: string) {
    this.center = centerId;
    this.name = name;
  }

  async sendCode(): Promise<void> {
    await this.sending.run(async (signal) => {
      this.codeOut = await backend.center.sendSignInCode(this.center, this.name, this.codeOut?.flow ?? null, signal);
    });
  }

  async submit(): Promise<void> {
    await this.task.run(async (signal) => {
      const flow = this.codeOut?.flow ?? null;
      const code = this.codeNeeded && flow && this.code !== '' ? this.code : null;
      try {
        await this.#take(
          await backend.center.signIn(
            this.center,
            { name: this.name, password: this.password, code, flow: code ? flow : null, remember: this.remember },
            signal,
          ),
        );
      } catch (error) {
        await this.#refused(asFailure(error).code, Number(asFailure(error).detail ?? 0), code !== null);
        throw error;
      }
    });
  }

  async #refused(code: string, detail: number, withCode: boolean): Promise<void> {
    if (code === 'center_account_locked') this.lockedUntil = detail;
    // One code admits one attempt: after it the next is needed.
    if (withCode && code === 'center_wrong_credentials') {
      this.code = '';
      this.codeOut = null;
    }
    if (code === 'center_flow_ended' || code === 'center_step_gone') {
      this.code = '';
      this.codeOut = null;
    }
    if (code === 'center_code_required') {
      const first = !this.codeNeeded;
      this.codeNeeded = true;
      if (first) await this.sendCode();
    }
  }

  async #take(outcome: SignInOutcome): Promise<void> {
    if (outcome.outcome === 'second-step') {
      this.second = outcome;
      this.factor = outcome.methods[0]?.factor ?? null;
      this.code = '';
      return;
    }
    this.forget();
    await signedIn(outcome);
  }

  async sendSecond(factor: Factor): Promise<void> {
    await this.sending.run(async (signal) => {
      const { again_at } = await backend.center.sendSecondStep(this.second!.flow, factor, signal);
      this.sent = { ...this.sent, [factor]: again_at };
    });
  }

  async submitSecond(): Promise<void> {
    const { second, factor } = this;
    if (!second || !factor) return;
    await this.#secondly((signal) => backend.center.secondStep(second.flow, factor, this.code, signal));
  }

  async fromVault(offer: VaultOffer): Promise<void> {
    const { second } = this;
    if (!second) return;
    await this.#secondly((signal) =>
      backend.center.secondStepFromVault(second.flow, offer.entry, (until) => (this.waiting = until), signal),
    );
    this.waiting = 0;
  }

  async #secondly(step: (signal: AbortSignal) => Promise<SignInOutcome>): Promise<void> {
    await this.task.run(async (signal) => {
      try {
        await this.#take(await step(signal));
      } catch (error) {
        const { code } = asFailure(error);
        // The password has to be typed again, and only that.
        if (code === 'center_flow_ended' || code === 'center_step_gone') this.startAgain();
        throw error;
      }
    });
  }

  startAgain(): void {
    this.second = null;
    this.code = '';
    this.sent = {};
  }

  /** What was typed leaves the page. */
  forget(): void {
    this.password = '';
    this.code = '';
    this.second = null;
  }
}
