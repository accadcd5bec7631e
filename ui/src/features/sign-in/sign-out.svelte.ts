/** Signing out of an account: the center ends the session, and the vault forgets it. */
import { backend } from '$backend';
import type { AccountRef } from '../../backend';
import { app } from '../../state/app.svelte';
import { center } from '../../state/center.svelte';
import { Task } from '../../state/task.svelte';
import { toasts } from '../../state/toasts.svelte';
import { t } from '../../strings';

export class SignOut {
  readonly task = new Task();

  async run(who: AccountRef): Promise<void> {
    const done = await this.task.run(async (signal) => {
      await backend.center.signOut(who, signal);
      await center.load();
    });
    if (!done) return;
    toasts.show(t('overview.signedOut'));
    app.open('sign-in');
  }
}
