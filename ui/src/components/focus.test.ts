import { afterEach, expect, it } from 'vitest';
import { keepFocus } from './focus';

let stop = () => {};
afterEach(() => {
  stop();
  document.body.replaceChildren();
});

function page(): { main: HTMLElement; inside: HTMLButtonElement; aside: HTMLButtonElement } {
  document.body.innerHTML = `<button id="aside"></button><main tabindex="-1"><p><button id="inside"></button></p></main>`;
  const main = document.querySelector('main')!;
  stop = keepFocus(main);
  const button = (id: string) => document.querySelector<HTMLButtonElement>(`#${id}`)!;
  return { main, inside: button('inside'), aside: button('aside') };
}
/** Observers are told after what runs now. */
const told = () => new Promise((done) => setTimeout(done));

it('what had the focus goes, and main has it', async () => {
  const { main, inside } = page();
  inside.focus();
  inside.parentElement!.remove();
  await told();
  expect(main).toHaveFocus();
});

it('nothing is taken from what has the focus, nor where nothing inside had it', async () => {
  const { main, inside, aside } = page();
  inside.focus();
  aside.focus();
  inside.remove();
  await told();
  expect(aside).toHaveFocus();
  aside.remove();
  await told();
  expect(main).not.toHaveFocus();
});

it('a dialog sees to itself; once it is gone and what opened it too, main has the focus', async () => {
  const { main, inside } = page();
  inside.focus();
  const dialog = document.createElement('div');
  dialog.setAttribute('role', 'dialog');
  document.body.append(dialog);
  inside.remove();
  await told();
  expect(main).not.toHaveFocus();
  dialog.remove();
  await told();
  expect(main).toHaveFocus();
});
