/** What a person does in the account center's pages of one window, in the words that stand there. */
import { eventually, By, Key, words as said, type Window } from './harness';
import type { CenterServer } from './center-server';
import type { WebElement } from './harness';

export const VAULT_PASSWORD = 'quarry lantern ninety';
/** A code of the vault may have to be waited for: half a minute, on a slow machine. */
export const NEXT_CODE = 75;

type Place = 'main' | 'dialog' | 'side';
const quoted = (words: string) => (words.includes("'") ? `"${words}"` : `'${words}'`);

export class Person {
  constructor(
    readonly window: Window,
    readonly center: CenterServer,
  ) {}

  /** A place in the sidebar. */
  async go(name: string): Promise<void> {
    await this.press(name, 'side');
  }

  async press(words: string, place: Place = 'main', seconds = 20): Promise<void> {
    const within = { main: '//main', dialog: `//*[@role='dialog']`, side: `//nav[contains(@class,'side')]` }[place];
    const name = quoted(words);
    const button = By.xpath(
      `${within}//button[not(@aria-disabled='true')][starts-with(${said}, ${name}) or @aria-label=${name}]`,
    );
    await this.click(`press “${words}” in ${place}`, button, seconds);
  }

  /** Clicks what is found once it can be clicked; what lies over it is named when it never can. */
  async click(what: string, by: By, seconds = 20): Promise<void> {
    await eventually(
      what,
      async () => {
        const element = (await this.window.driver.findElements(by))[0];
        if (!element || !(await this.window.lies(element))) return false;
        try {
          await element.click();
        } catch (fault) {
          const over = await this.window.driver.executeScript(
            `const box = arguments[0].getBoundingClientRect();
             return document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2)?.outerHTML.slice(0, 200);`,
            element,
          );
          throw new Error(`over it lies ${String(over)}`, { cause: fault });
        }
        return true;
      },
      seconds,
    );
  }

  /** A field by what stands over it. */
  async field(label: string): Promise<WebElement> {
    const over = By.xpath(`//label[${said}=${quoted(label)}]`);
    return eventually(`the field “${label}”`, async () => {
      const id = await (await this.window.driver.findElements(over))[0]?.getAttribute('for');
      return id ? (await this.window.driver.findElements(By.id(id)))[0] : null;
    });
  }

  async type(label: string, text: string): Promise<WebElement> {
    return eventually(`type into “${label}”`, async () => {
      const field = await this.field(label);
      await field.clear();
      if (text !== '') await field.sendKeys(text);
      return field;
    });
  }

  async paste(label: string, text: string): Promise<void> {
    await this.window.driver.executeScript(
      `arguments[0].focus(); arguments[0].value = arguments[1];
       arguments[0].dispatchEvent(new InputEvent('input', { bubbles: true, inputType: 'insertFromPaste' }));`,
      await this.field(label),
      text,
    );
  }

  /** Sends the form in sight. */
  async submit(): Promise<void> {
    await eventually('send the form', async () => {
      const sends = By.css('main form button[type=submit]:not([aria-disabled=true])');
      const button = (await this.window.driver.findElements(sends))[0];
      await button?.click();
      return button;
    });
  }

  /** Waits for a button. */
  async find(words: string, seconds?: number): Promise<void> {
    await this.window.find(By.xpath(`//main//button[starts-with(${said}, ${quoted(words)})]`), seconds);
  }

  see(text: string, seconds?: number): Promise<void> {
    return this.window.see(text, seconds);
  }

  /** Something in the menu of a button. */
  async choose(words: string): Promise<void> {
    const item = By.xpath(`//*[@role='menuitem'][contains(${said}, ${quoted(words)})]`);
    await this.click(`choose “${words}”`, item);
  }

  /** The list of centers: in the sidebar as long as there is none, then under the signed-in name. */
  async toCenters(): Promise<void> {
    const first = By.css('nav.side button[aria-label="Centers"]');
    if ((await this.window.driver.findElements(first)).length > 0) return this.go('Centers');
    await (await this.window.find('nav.side .account-switch')).click();
    await this.choose('Centers');
  }

  async connect(link = this.center.linkAt()): Promise<void> {
    await this.toCenters();
    await this.press('Connect a center');
    await this.paste('Address or link', link);
    await this.see('Address and fingerprint were taken from the link.');
    await this.submit();
    await this.see('Account e-mail, phone or account ID', 60);
  }

  async signUp(email: string, password: string, name: string): Promise<void> {
    await this.press('Register');
    await this.type('E-mail address', email);
    await this.submit();
    await this.type('Code', await this.center.code(email));
    await this.type('Name', name);
    await this.window.fill('new-password', password);
    await this.window.fill('new-password-again', password);
    await this.submit();
    await this.see('protections in place', 60);
  }

  /** Up to what follows the password: a session, a second step, or a refusal. */
  async signIn(name: string, password: string): Promise<void> {
    await this.window.fill('username', name);
    await this.window.fill('account-password', password);
    await this.submit();
  }

  async signOut(): Promise<void> {
    await this.go('Overview');
    await this.press('Sign out');
    await this.see('Account e-mail, phone or account ID', 60);
  }

  /** Nobody is signed in afterwards, whoever was: an approved ticket may have ended the session already. */
  async toSignIn(): Promise<void> {
    const overview = By.css('nav.side button[aria-label="Overview"]');
    if ((await this.window.driver.findElements(overview)).length > 0) await this.signOut();
    else await this.go('Sign in');
  }

  /** The identity check by a code to this address, which is offered alone or chosen by these words. */
  async proveBy(to: string, factor: string | null = null): Promise<void> {
    await this.see('Is it you?');
    if (factor) await this.press(factor, 'dialog');
    await this.press('Send a code', 'dialog');
    const code = await this.center.code(to);
    const field = await this.window.find('#identity input.code-input');
    await field.sendKeys(code);
    await this.press('Continue', 'dialog');
    await this.gone('Is it you?');
  }

  /** The identity check by one click on the vault's own entry. */
  async proveFromVault(): Promise<void> {
    await this.see('Is it you?');
    await this.press('Use its code', 'dialog');
    await this.gone('Is it you?', NEXT_CODE);
  }

  /** The identity check by a code that is read elsewhere, as on a token. */
  async proveWith(code: string): Promise<void> {
    await this.see('Is it you?');
    await (await this.window.find('#identity input.code-input')).sendKeys(code);
    await this.press('Continue', 'dialog');
    await this.gone('Is it you?');
  }

  /** After the password: the code that login protection asks for. */
  async secondStep(code: string): Promise<void> {
    await this.see('One more step', 30);
    await this.type('Code', code);
    await this.submit();
  }

  /** The same with a code that is sent there. */
  async secondStepBy(to: string): Promise<void> {
    await this.see('One more step', 30);
    await this.press('Send a code');
    await this.field('Code');
    await this.secondStep(await this.center.code(to));
  }

  async gone(text: string, seconds?: number): Promise<void> {
    await eventually(`“${text}” is gone`, async () => !(await this.window.text()).includes(text), seconds);
  }

  /** A virtual device straight into the vault, after an identity check. */
  async bind(prove: () => Promise<void>): Promise<void> {
    await this.go('MFA devices');
    await this.bindHere(prove);
  }

  /** The same from where the devices are in sight already. */
  async bindHere(prove: () => Promise<void>): Promise<void> {
    await this.press('Bind a virtual device');
    await prove();
    await this.press('Bind into this vault', 'dialog');
    await this.see('and its entry is in this vault', NEXT_CODE);
    await this.press('Done', 'dialog');
    await this.see('devices bound');
  }

  /** The list of tickets, from wherever among them. */
  async toTickets(): Promise<void> {
    await this.go('Tickets');
    await eventually('the list of tickets', async () => {
      const list = By.xpath(`//main//button[starts-with(normalize-space(.), 'New ticket')]`);
      if ((await this.window.driver.findElements(list)).length > 0) return true;
      await (await this.window.driver.findElements(By.css('main .crumb')))[0]?.click();
      return false;
    });
  }

  /** What the guide asks, answered; then the form it leads to. `answers` are by the names of its questions. */
  async file(happened: string, answers: Record<string, 'yes' | 'no'>): Promise<void> {
    await this.toTickets();
    await this.press('New ticket');
    await this.press(happened);
    for (const [question, answer] of Object.entries(answers)) {
      const choice = await this.window.find(`input[name="guide-${question}"][value="${answer}"]`);
      await choice.click();
    }
    await this.press('Start the form');
  }

  async state(fields: Record<string, string>): Promise<void> {
    for (const [name, text] of Object.entries(fields)) await this.window.fill(name, text);
  }

  /** The number of the ticket in sight. */
  ticket(): Promise<string> {
    return eventually('the number of the ticket', async () => {
      const shown = await (await this.window.find('.head .sub')).getText();
      return /^[\w-]{8,}$/.exec(shown.trim())?.[0];
    });
  }

  /** Proves the applicant's own address; the query code and the ticket's number come. */
  async proveContact(contact: string): Promise<{ query: string; id: string }> {
    await this.see('Prove your address');
    await this.window.fill('code', await this.center.code(contact));
    await this.press('Confirm');
    const query = await (await this.window.find('[data-testid="query-code"]', 30)).getText();
    const id = await this.ticket();
    await this.press('I have noted it');
    return { query, id };
  }

  /** A file for the first document that is still missing, as it is. */
  async addDocument(path: string): Promise<void> {
    const slots = () => this.window.driver.findElements(By.css('[data-testid="slot"] .badge-ok'));
    const before = (await slots()).length;
    await this.press('Choose a file…');
    await this.window.chooseFile(path);
    await this.see('Is everything readable?', 30);
    await this.press('Seal and send', 'dialog');
    await eventually('the document is stored', async () => (await slots()).length === before + 1, 60);
  }

  /** A ticket without an account, in the list of those that are followed. */
  async follow(id: string): Promise<void> {
    await this.toTickets();
    await this.click(`the ticket ${id}`, By.xpath(`//*[@data-testid='followed-line'][contains(., '${id}')]//button`));
  }

  async send(): Promise<void> {
    await this.press('Look over and send', 'main', 30);
    await this.press('Send', 'dialog');
    await this.see('The ticket is sent', 30);
  }

  /** The door of the desk, for one who is staff at the only center here. */
  async toDesk(): Promise<void> {
    await this.toCenters();
    await this.press('More for Harbor Center');
    await this.choose('Review desk');
    await this.see('Sign in as staff');
  }

  /** The first sign-in of a reviewer: an authenticator in this vault, a session, a key. */
  async becomeReviewer(token: string, password: string): Promise<void> {
    await this.press('Accept the invitation');
    await this.window.fill('invitation-token', token);
    await this.press('Open the invitation');
    await this.window.fill('new-staff-password', password);
    await this.press('Bind');
    await this.see('The invitation is accepted', NEXT_CODE);
    await this.press('Sign in');
    await this.window.fill('staff-password', password);
    await this.submit();
    await this.see('This vault has no key of yours yet', NEXT_CODE);
    await this.press('My key');
    await this.press('Make and register a key');
    await this.see('The signed list does not name it yet', 30);
    await this.press('Review desk');
  }

  /** Opens a ticket of the queue and claims it. */
  async claim(id: string): Promise<void> {
    await this.go('Review desk');
    const line = By.xpath(`//*[@data-testid='queue-line'][contains(., '${id}')]//button`);
    await eventually(`the ticket ${id} in the queue`, async () => {
      if ((await this.window.driver.findElements(line)).length > 0) return true;
      // The queue is asked anew when a part of it is chosen.
      await this.press('Waiting', 'main', 2);
      return false;
    });
    await this.click(`open the ticket ${id}`, line);
    await this.press('Claim it', 'main', 30);
    await this.see('About the applicant', 30);
  }

  /** Decides the claimed ticket and goes back to the queue. */
  async decide(button: string, reason: string, confirm: string, done: string): Promise<void> {
    await this.press(button, 'main', 30);
    const area = await this.window.find('[role=dialog] textarea');
    await area.sendKeys(reason);
    await this.press(confirm, 'dialog');
    await this.see(done, 30);
    await this.press('Review desk');
    await this.see('Waiting');
  }

  async approve(id: string): Promise<void> {
    await this.claim(id);
    await this.decide('Approve', 'Compared letter by letter.', 'Approve', 'Approved');
  }

  async escape(): Promise<void> {
    await this.window.keys(Key.ESCAPE);
  }
}
