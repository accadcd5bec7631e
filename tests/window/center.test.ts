import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually, Window } from './harness';

const PASSWORD = 'quarry lantern ninety';

describe('the trial center, from the vault to a code that signs in', () => {
  let window: Window;
  beforeAll(async () => {
    window = await Window.open();
    await window.createVault(PASSWORD);
  });
  afterAll(() => window?.close());

  /** A place in the sidebar. */
  const go = (name: string) => window.press(name);
  const submit = async () => (await window.find('main form button[type=submit]')).click();
  /** The code of the newest demo message, as the step that waits for it shows it. */
  const newestCode = () =>
    eventually('a code in the demo inbox', async () => {
      const shown = await (await window.find('[data-testid="demo-newest"]')).getText();
      return /\b\d{6}\b/.exec(shown)?.[0];
    });

  it('starts with one click and signs in as one of its people', async () => {
    await go('Centers');
    await window.press('Start the trial center');
    await window.see('Made-up people to sign in as', 60);
    await window.press('As Alice Example');
    await submit();
    await window.see('protections in place', 60);
    await window.see('Trial center: nobody here is real');
  });

  it('binds a virtual device straight into the vault, after an identity check', async () => {
    await go('MFA devices');

    await window.press('Bind a virtual device');
    await window.see('Is it you?', 60);
    await window.press('Send a code');
    const field = await window.find('#identity input.code-input');
    await field.sendKeys(await newestCode());
    await window.press('Continue');
    await window.press('Bind into this vault');
    await window.see('Secret received and stored', 60);
    await window.see('is an MFA device of the account, and its entry is in this vault', 90);
    await window.press('Done');
    await eventually('the dialog is gone', async () => !(await window.text()).includes('Secret received and stored'));
    await window.see('1 of 8 devices bound');
  }, 200_000);

  it('shows the code of that device among the others', async () => {
    await go('Codes');
    await window.see('alice@example.com');
    expect(await window.code()).toMatch(/^\d{6}$/);
  });
});
