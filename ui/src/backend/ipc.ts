/** How the page speaks to the shell: commands, sealed texts, events. */
import { invoke, type InvokeArgs } from '@tauri-apps/api/core';
import { listen } from '@tauri-apps/api/event';
import type { Stop } from './index';
import type * as M from './model';
import { seal } from './seal';

export async function call<T>(command: string, args?: InvokeArgs): Promise<T> {
  try {
    return await invoke<T>(command, args);
  } catch (error) {
    throw asFailure(error);
  }
}

export async function sealed(text: string): Promise<M.Sealed> {
  return seal(await call<M.SealingKey>('sealing_key'), text);
}

export async function sealedOrNull(text: string | null): Promise<M.Sealed | null> {
  return text === null ? null : sealed(text);
}

/** What Tauri itself rejects with is a string (an unknown command, arguments that don't fit). */
export function asFailure(error: unknown): M.Failure {
  if (typeof error === 'object' && error !== null && 'code' in error) return error as M.Failure;
  return { code: 'internal', message: String(error) };
}

/** `listen` answers later; a subscription ended before that must not stay. */
export function subscribe<T>(event: string, then: (payload: T) => void): Stop {
  let stopped = false;
  const listening = listen<T>(event, ({ payload }) => {
    if (!stopped) then(payload);
  });
  return () => {
    stopped = true;
    void listening.then((stop) => stop());
  };
}

let requests = 0;

/** A command that goes over the net: it carries a number by which the shell gives it up when `signal` is aborted. */
export async function request<T>(
  command: string,
  args: Record<string, unknown>,
  signal: AbortSignal | undefined,
): Promise<T> {
  if (signal?.aborted) throw { code: 'center_cancelled', message: 'stopped before it began' } satisfies M.Failure;
  const number = ++requests;
  const cancel = () => void call('center_cancel', { request: number }).catch(() => {});
  signal?.addEventListener('abort', cancel, { once: true });
  try {
    return await call<T>(command, { ...args, request: number });
  } finally {
    signal?.removeEventListener('abort', cancel);
  }
}
