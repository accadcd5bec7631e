import { describe, expect, it } from 'vitest';
import { clock } from './clock.svelte';
import { Known } from './known.svelte';
import { Task } from './task.svelte';

/** Answers when it is told to. */
function slow<T>() {
  const asked: { answer: (value: T) => void; fail: (code: string) => void; signal: AbortSignal }[] = [];
  const read = (signal: AbortSignal) =>
    new Promise<T>((resolve, reject) => {
      signal.addEventListener('abort', () => reject({ code: 'center_cancelled', message: '' }));
      asked.push({ answer: resolve, fail: (code) => reject({ code, message: '' }), signal });
    });
  return { asked, read };
}
const settled = () => new Promise((resolve) => setTimeout(resolve));

describe('what the net told last', () => {
  it('stays, with its time, when the next question fails', async () => {
    const { asked, read } = slow<number>();
    const known = new Known(read);
    void known.load();
    asked[0]!.answer(7);
    await settled();
    expect(known.value).toBe(7);
    expect(known.at).toBe(clock.seconds);
    const at = known.at;
    void known.load();
    asked[1]!.fail('center_unreachable');
    await settled();
    expect(known.value).toBe(7);
    expect(known.at).toBe(at);
    expect(known.failure?.code).toBe('center_unreachable');
    expect(known.loading).toBe(false);
  });
  it('is never overwritten by the answer to an older question', async () => {
    const { asked, read } = slow<number>();
    const known = new Known(read);
    void known.load();
    void known.load();
    expect(asked[0]!.signal.aborted).toBe(true);
    asked[1]!.answer(2);
    asked[0]!.answer(1);
    await settled();
    expect(known.value).toBe(2);
    expect(known.failure).toBeNull();
  });
});

describe('a thing that was asked for', () => {
  it('is done once however often it is clicked', async () => {
    const task = new Task();
    const { asked, read } = slow<void>();
    const first = task.run(read);
    const second = task.run(read);
    expect(await second).toBe(false);
    expect(asked).toHaveLength(1);
    asked[0]!.answer();
    expect(await first).toBe(true);
    expect(task.busy).toBe(false);
  });
  it('can be stopped, which is no error', async () => {
    const task = new Task();
    const { asked, read } = slow<void>();
    const running = task.run(read);
    task.stop();
    expect(asked[0]!.signal.aborted).toBe(true);
    expect(await running).toBe(false);
    expect(task.failure).toBeNull();
  });
});
