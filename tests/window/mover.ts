/** What a person does in the window to move in and out, back up and restore, in the words that stand there. */
import { resolve } from 'node:path';
import { By, eventually, Key, words as said, type Window } from './harness';

/** Exports of other apps, made of our own secrets. */
export const EXPORTS = resolve(import.meta.dirname, '../../crates/transfer/tests/fixtures');
/** The password of the encrypted ones among them. */
export const EXPORT_PASSWORD = 'correct horse 🔑';

export class Mover {
  constructor(readonly window: Window) {}

  /** A file to import, by the system's dialog. */
  async pick(path: string): Promise<void> {
    await this.window.press('Import and export');
    await (await this.window.find('[data-testid="import-pick"]')).click();
    await this.window.chooseFile(path);
  }

  /** Opens an encrypted export. The driver types no characters beyond the basic plane: they are put in as pasting would. */
  async openExport(password: string): Promise<void> {
    const field = await this.window.fill('file-password', '');
    await field.click();
    await this.window.driver.executeScript(
      `arguments[0].value = arguments[1]; arguments[0].dispatchEvent(new Event('input', { bubbles: true }))`,
      field,
      password,
    );
    await this.window.keys(Key.ENTER);
  }

  /** The names in the table of what was found. */
  async found(): Promise<string[]> {
    const names = await this.window.driver.findElements(By.css('[data-testid="import-row"] b'));
    return Promise.all(names.map((name) => name.getText()));
  }

  /** Writes all entries in a format, by its id, to a file. `filePassword` is for encrypted ones. */
  async export(format: string, path: string, password: string, filePassword?: string): Promise<void> {
    await this.window.press('Import and export');
    await (await this.window.find('[data-testid="to-export"]')).click();
    await (await this.window.find(`input[value="${format}"]`)).click();
    if (filePassword === undefined) await this.window.see('This file will not be encrypted');
    else {
      await this.window.fill('new-password', filePassword);
      await this.window.fill('new-password-again', filePassword);
    }
    await eventually('ready', async () => {
      const button = await this.window.find('[data-testid="export"]');
      return (await button.getAttribute('aria-disabled')) === null && (await button.click(), true);
    });
    await this.window.fill('password', password);
    await this.window.keys(Key.ENTER);
    await this.window.chooseFile(path);
  }

  /** A button of the dialog that is open. */
  async inDialog(words: string): Promise<void> {
    const button = By.xpath(`//*[@role='dialog']//button[not(@aria-disabled='true')][contains(${said}, '${words}')]`);
    await this.#click(button);
  }

  /** A box of the dialog that is open, by the words beside it. */
  async tick(words: string): Promise<void> {
    await this.#click(By.xpath(`//*[@role='dialog']//label[contains(., '${words}')]//input`));
  }

  /** A line of the menu of a place or a vault. */
  async menu(of: string, item: string): Promise<void> {
    await this.window.press(`More about ${of}`);
    await this.#click(By.xpath(`//*[@role='menuitem'][contains(., '${item}')]`));
  }

  /** Clicks once it lies still: dialogs and menus come in moving. */
  async #click(by: By): Promise<void> {
    await eventually(`click ${by}`, async () => {
      const element = (await this.window.driver.findElements(by))[0];
      return element !== undefined && (await this.window.lies(element)) && (await element.click(), true);
    });
  }

  /** Fills in the dialog for a new place for backups; `add` sends it. */
  async describePlace(folder: string, passphrase: string, password: string): Promise<void> {
    await this.window.press('Add a place…');
    await this.inDialog('Choose…');
    await this.window.chooseFolder(folder);
    await eventually('the folder stands there', async () => {
      const fields = await this.window.driver.findElements(By.css('[role=dialog] input[readonly]'));
      return fields[0] && (await fields[0].getAttribute('value')) === folder;
    });
    await this.window.fill('new-password', passphrase);
    await this.window.fill('new-password-again', passphrase);
    await this.window.fill('password', password);
  }

  async addPlace(folder: string, passphrase: string, password: string): Promise<void> {
    await this.describePlace(folder, passphrase, password);
    await this.inDialog('Add and back up');
  }

  /** Opens a backup to restore from. */
  async openBackup(file: string, passphrase: string): Promise<void> {
    await this.window.press('Choose a backup…');
    await this.window.chooseFile(file);
    await this.window.fill('backup-passphrase', passphrase);
    await this.window.keys(Key.ENTER);
  }

  /** Makes a new vault of an open backup, beside the one that is open, at `path`. */
  async restoreIntoNew(path: string, password: string): Promise<void> {
    await this.window.press('A new vault');
    await this.window.fill('new-password', password);
    await this.window.fill('new-password-again', password);
    await this.window.press('Choose a place and create it…');
    await this.window.chooseFile(path);
    await this.window.keepRecovery();
  }
}
