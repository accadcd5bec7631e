/**
 * Takes the pictures of the account center and the review desk, in both themes, from the real window with the trial center
 * in it: with `npm run screenshots` in ui/. The people, their documents and what they write are made up.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'vitest';
import { card } from './card';
import { By, eventually, Key, sleep, Window } from './harness';
import { PASSWORD, shoot, themes } from './shoot';
import { inSight } from './together';

const STAFF_PASSWORD = 'copper harbor violin dusk';

class Tour {
  #lastCode = '';
  constructor(readonly window: Window) {}

  /** The same state in both themes. */
  async take(name: string): Promise<void> {
    for (const theme of [...themes].reverse()) await shoot(this.window, name, theme);
  }

  /** Until the answer that rose at the bottom is gone. */
  async calm(): Promise<void> {
    await eventually('no answer stands there', async () => {
      return (await this.window.driver.findElements(By.css('.toast'))).length === 0;
    });
  }

  /** A place in the sidebar. */
  async go(place: string): Promise<void> {
    await (await this.window.find(`nav.side button[aria-label="${place}"]`)).click();
  }

  async back(): Promise<void> {
    await (await this.window.find('main .crumb')).click();
  }

  async submit(): Promise<void> {
    await (await this.window.find('main form button[type=submit]')).click();
  }

  /** The main button of the dialog that is open. */
  async agree(): Promise<void> {
    await (await this.window.find('[role=dialog] .btn-p')).click();
  }

  /** No dialog is open: it may have waited for a code or an answer. */
  async closed(): Promise<void> {
    await eventually(
      'the dialog is gone',
      async () => (await this.window.driver.findElements(By.css('[role=dialog]'))).length === 0,
      90,
    );
  }

  /** The code that came last, as the step that waits for it shows it. */
  async code(): Promise<string> {
    this.#lastCode = await eventually('a new code', async () => {
      const shown = await (await this.window.find('[data-testid="demo-newest"]')).getText();
      const code = /\b\d{6}\b/.exec(shown)?.[0];
      return code === this.#lastCode ? undefined : code;
    });
    return this.#lastCode;
  }

  async typeCode(where: string, code: string): Promise<void> {
    await (await this.window.find(where)).sendKeys(code);
  }

  async signIn(who: string, then: string): Promise<void> {
    await this.go('Sign in');
    await this.window.press(`As ${who}`);
    await this.submit();
    await this.window.see(then, 60);
  }

  /** The identity check, answered by this vault; it may wait for a code that was not used yet. */
  async proveByVault(): Promise<void> {
    await this.window.press('Use its code');
    await this.closed();
  }

  async answer(question: string, answer: 'yes' | 'no'): Promise<void> {
    await (await this.window.find(`input[name="guide-${question}"][value="${answer}"]`)).click();
  }

  async acceptAsStaff(name: string, email: string): Promise<void> {
    await this.window.press(`Invitation of ${name}`);
    await this.window.press('Open the invitation');
    await this.window.fill('new-staff-password', STAFF_PASSWORD);
    await (await this.window.find('main .card .btn-p')).click();
    await this.window.see('The invitation is accepted', 90);
    await this.back();
    await this.window.fill('staff-email', email);
    await this.window.fill('staff-password', STAFF_PASSWORD);
    await this.submit();
    await this.window.see(`You are ${name}`, 90);
  }

  async decide(approve: string, reason: string, then: string): Promise<void> {
    await this.window.press(approve);
    await (await this.window.find('[role=dialog] textarea')).sendKeys(reason);
    await this.agree();
    await this.closed();
    await this.window.see(then, 30);
  }

  async document(slot: number, path: string): Promise<void> {
    const slots = await this.window.driver.findElements(By.css('[data-testid="slot"]'));
    await slots[slot]!.findElement(By.xpath(".//button[contains(., 'Choose a file')]")).click();
    await this.window.chooseFile(path);
    await this.window.see('Is everything readable?', 30);
    await this.window.find('.edit-frame img');
  }
}

describe('the account center in pictures', () => {
  it('every view, light and dark', { timeout: 3_000_000 }, async () => {
    const window = await Window.open({ width: 1100, height: 720, desktop: true });
    const tour = new Tour(window);
    const take = (name: string) => tour.take(name);
    const [front, back] = [join(window.home, 'front.png'), join(window.home, 'back.png')];
    writeFileSync(front, card('front'));
    writeFileSync(back, card('back'));
    try {
      await window.createVault(PASSWORD);
      await tour.calm();

      // Connecting, and the trial.
      await tour.go('Centers');
      await window.see('No center yet');
      await take('center-none');
      await window.press('Connect a center');
      await window.see('Fingerprint of the staff root key');
      await take('center-connect');
      await window.press('Cancel');
      await window.press('Start the trial center');
      await window.see('Made-up people to sign in as', 60);
      await take('center-sign-in');
      await window.driver.executeScript('document.querySelector("main .body").scrollTo(0, 1e6)');
      await take('center-contact-us');

      // Which accounts are bound to a number.
      await tour.go('Retrieve account');
      await (await window.find('main input[inputmode=tel]')).sendKeys('+49 1512 3456789');
      await take('center-retrieve');
      await tour.submit();
      await window.see('If accounts are bound to', 30);
      const proof = await tour.code();
      await take('center-retrieve-code');
      await tour.typeCode('main form input', proof);
      await tour.submit();
      await window.see('The list was sent there', 30);
      await take('center-retrieve-accounts');

      // Help, for whom something happened.
      await window.press('what to do, in order');
      await window.see('My laptop was stolen');
      await take('help');
      for (const [title, name] of [
        ['My phone is gone', 'help-lost-phone'],
        ['I have a new phone', 'help-new-phone'],
        ['My laptop was stolen', 'help-stolen-laptop'],
        ['What is an MFA device?', 'help-mfa'],
        ['Account e-mail and security e-mail', 'help-emails'],
      ] as const) {
        await window.press(title);
        await window.find('.help-steps');
        await take(name);
        await tour.back();
      }

      // Ten wrong passwords.
      await tour.go('Sign in');
      await window.fill('username', 'office@example.com');
      let codes = 0;
      await eventually(
        'locked',
        async () => {
          const text = await window.text();
          if (text.includes('Locked until')) return true;
          await window.fill('account-password', 'not the password');
          if (text.includes('now a code is needed')) {
            if (text.includes('Send a new code')) await window.press('Send a new code');
            const code = await tour.code();
            if (codes++ === 0) await take('center-sign-in-code');
            await tour.typeCode('main form .code-input, main form input[inputmode=numeric]', code);
          }
          await tour.submit();
          await sleep(700);
          return false;
        },
        240,
      );
      await take('center-locked');

      // A reviewer and her key, before the first document: it is sealed to her, too.
      await tour.go('Codes');
      await tour.go('Sign in');
      await window.press('As a reviewer');
      await window.see('Sign in as staff');
      await take('desk-sign-in');
      await tour.acceptAsStaff('Rita Reviewer', 'reviewer@example.com');
      await window.press('My key');
      await window.press('Make and register a key');
      await window.see('The signed list names it', 60);
      await tour.calm();
      await take('desk-key');

      // A device straight into the vault.
      await tour.signIn('Alice Example', 'protections in place');
      await tour.go('Account information');
      await window.see('The identity is not verified', 30);
      await tour.calm();
      await take('center-account');
      await tour.go('MFA devices');
      await window.press('Bind a virtual device');
      await window.see('Is it you?', 60);
      await window.press('Send a code');
      const proven = await tour.code();
      await take('center-identity-check');
      await tour.typeCode('#identity input', proven);
      await tour.agree();
      await window.press('Bind into this vault');
      await window.see('First code sent', 60);
      await take('center-mfa-bind');
      await window.see('its entry is in this vault', 90);
      await window.press('Done');
      await window.see('1 of 8 devices bound');
      await tour.calm();
      await take('center-mfa');

      // The same card as a page: its identity verified by a ticket with documents.
      await tour.go('Tickets');
      await (await window.find('main .head .btn-p, main .empty .btn-p')).click();
      await window.press('Verify my identity');
      await window.press('Start the form');
      await window.fill('name', 'Alice Example');
      await window.fill('document_number', 'L01X00T47');
      await window.press('Go on');
      await window.see('still needed', 30);
      await tour.document(0, front);
      const edge = await window.find('[role=slider][aria-label="Left edge"]');
      await edge.sendKeys(Key.ARROW_RIGHT.repeat(9));
      await (await window.find('[role=slider][aria-label="Upper edge"]')).sendKeys(Key.ARROW_DOWN.repeat(12));
      await take('ticket-crop');
      await tour.agree();
      await window.see('Sealed, stored', 60);
      await tour.document(1, back);
      await tour.agree();
      await eventually('both are stored', async () => {
        return (await window.text()).split('Sealed, stored').length === 3;
      });
      await take('ticket-documents');
      await window.press('Look over and send');
      await tour.agree();
      await window.see('Waits for a reviewer', 30);

      // Decided at the desk.
      await tour.go('Review desk');
      await tour.back();
      await window.press('Identity verification of a person');
      await window.press('Claim it');
      await window.see('Opened in memory, never on disk', 60);
      await window.find('.desk canvas, .desk img');
      await tour.calm();
      await take('desk-documents');
      await tour.decide('Approve', 'Face, card and statement agree.', 'What happened so far');

      // Recovery codes, a security e-mail of its own, login protection.
      await tour.go('Security settings');
      await window.press('Make recovery codes');
      await (await window.find('main .card .btn-p')).click();
      await window.see('Is it you?', 30);
      await take('center-identity-vault');
      await tour.proveByVault();
      await window.see('They are shown this once', 60);
      await take('center-recovery-codes');
      await window.press('I have them on paper');
      await window.see('10 are left', 30);
      const change = async (n: number) => {
        await tour.go('Security settings');
        const changes = By.xpath("//main//button[starts-with(normalize-space(.), 'Change')]");
        await eventually('what can be changed', async () => (await window.driver.findElements(changes)).length > 2);
        await (await window.driver.findElements(changes))[n]!.click();
        await window.see('Is it you?', 30);
        await tour.proveByVault();
        await window.see('At present:', 60);
      };
      await change(0);
      await tour.calm();
      await take('center-change-phone');
      await change(1);
      await take('center-change-email');
      await (await window.find('main form input')).sendKeys('alice@private.example');
      await tour.submit();
      await window.see('on its way to', 30);
      await tour.typeCode('main form input', await tour.code());
      await tour.submit();
      await window.see('Who was told', 30);
      await take('center-change-told');
      await tour.go('Security settings');
      await (await window.find(By.xpath("(//main//*[@role='radiogroup']//button[.='MFA'])[1]"))).click();
      await window.see('Is it you?', 30);
      await tour.proveByVault();
      await tour.calm();
      await take('center-security');
      await tour.go('Overview');
      await window.see('protections in place');
      await take('center-overview');

      // Accounts that she owns.
      await tour.go('Sub-accounts');
      await window.press('Add a sub-account');
      await window.see('Is it you?', 30);
      await window.press('Use its code');
      await window.see('Name of the member', 90);
      const [name, email] = await window.driver.findElements(By.css('[role=dialog] input:not([type=checkbox])'));
      await name!.sendKeys('Build server');
      await email!.sendKeys('builds@example.com');
      await tour.agree();
      await window.see('required, not bound yet', 30);
      await tour.calm();
      await take('center-members');
      await window.press('Manage');
      await window.see('Each change asks for an identity check', 30);
      await take('center-member');

      // Signed out, and in again with a code of the vault.
      await tour.go('Overview');
      await window.press('Sign out');
      await tour.calm();
      await tour.signIn('Alice Example', 'One more step');
      await take('center-second-step');

      // The phone with the device is gone; another account of hers files the ticket.
      await tour.go('Codes');
      await tour.signIn('Bob Example', 'protections in place');
      await tour.go('Tickets');
      await (await window.find('main .head .btn-p, main .empty .btn-p')).click();
      await window.press('My MFA device is gone');
      await tour.answer('factor', 'no');
      await tour.answer('whose', 'no');
      await tour.answer('verified', 'yes');
      await tour.answer('reach', 'no');
      await tour.answer('other', 'yes');
      await tour.calm();
      await take('ticket-guide');
      await window.press('Start the form');
      await window.fill('login_email', 'alice@example.com');
      await window.fill('name', 'Alice Example');
      await window.fill('document_number', 'L01X00T47');
      await window.fill('current_phone', '+49 1512 345');
      await (await window.find('[name=name]')).click();
      await window.see('No country has such a number');
      await take('ticket-form');
      await window.fill('current_phone', '+49 1512 3456789');
      await window.press('Go on');
      await window.press('Look over and send');
      await tour.agree();
      await window.see('Waits for a reviewer', 30);

      // Two reviewers, then the hold.
      await tour.go('Review desk');
      await tour.back();
      await tour.calm();
      await take('desk-queue');
      await window.press('MFA unbinding for a person');
      await window.press('Claim it');
      await window.see('Stated and on file', 30);
      await take('desk-compare');
      await tour.decide('Approve, first of two', 'All four agree with what is on file.', 'First approval');
      await tour.back();
      await window.press('Sign out');
      await window.see('Sign in as staff', 30);
      await tour.acceptAsStaff('Sam Second', 'second@example.com');
      await window.press('MFA unbinding for a person');
      await window.press('Claim it');
      await tour.decide('Approve, second of two', 'Confirmed.', 'On hold until');
      await tour.go('Tickets');
      await window.press('Look again');
      await window.see('every old address can object', 30);
      await tour.calm();
      await take('ticket-status');
      await tour.back();
      await window.find('[data-testid="ticket-line"]');
      await take('tickets');
      await tour.go('Demo inbox');
      await (await window.find('.inbox-line')).click();
      await window.find('.message-body');
      await take('demo-inbox');

      // Without an account at all.
      await tour.go('Overview');
      await window.press('Sign out');
      await window.see('Contact us', 30);
      await tour.calm();
      await window.press('File a ticket');
      await window.press('My MFA device is gone');
      await tour.answer('factor', 'no');
      await tour.answer('whose', 'yes');
      await tour.answer('verified', 'yes');
      await tour.answer('reach', 'yes');
      await tour.answer('other', 'no');
      await window.press('Start the form');
      await window.fill('login_email', 'office@example.com');
      await window.fill('company_name', 'Example Ltd.');
      await window.fill('company_id', 'HRB 123456');
      await window.fill('applicant_name', 'Carol Example');
      await window.fill('applicant_document_number', 'C4VPL00Z9');
      await window.fill('current_phone', '+44 20 7946 0018');
      await window.fill('contact', 'carol@private.example');
      await window.driver.executeScript('document.querySelector("main .body").scrollTo(0, 0)');
      await take('ticket-form-company');
      await window.press('Go on');
      await window.see('Prove your address', 30);
      await tour.typeCode('main [name=code]', await tour.code());
      await window.press('Confirm');
      await window.see('Your query code', 30);
      await take('ticket-query-code');
    } catch (fault) {
      throw new Error(`${String(fault)}${await inSight([window])}`, { cause: fault });
    } finally {
      await window.close();
    }
  });
});
