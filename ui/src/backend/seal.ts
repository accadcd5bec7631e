/**
 * Seals what a person typed (passwords, recovery codes, secrets, PINs) for the shell, before it becomes an IPC message.
 * HPKE (RFC 9180) base mode: DHKEM(P-256, HKDF-SHA256), HKDF-SHA256, AES-256-GCM. One shell key serves one message.
 */
import { Aes256Gcm, CipherSuite, DhkemP256HkdfSha256, HkdfSha256 } from '@hpke/core';
import type { Sealed, SealingKey } from './model';

const suite = new CipherSuite({ kem: new DhkemP256HkdfSha256(), kdf: new HkdfSha256(), aead: new Aes256Gcm() });
const info = new TextEncoder().encode('tessera/v1/ipc');

export function toBase64(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text);
}

export function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  const raw = atob(text);
  const bytes = new Uint8Array(raw.length);
  for (let i = 0; i < raw.length; i++) bytes[i] = raw.charCodeAt(i);
  return bytes;
}

export async function seal(key: SealingKey, text: string): Promise<Sealed> {
  const recipientPublicKey = await suite.kem.deserializePublicKey(fromBase64(key.public_key));
  const sender = await suite.createSenderContext({ recipientPublicKey, info: info.buffer });
  const plain = new TextEncoder().encode(text);
  const ct = new Uint8Array(await sender.seal(plain.buffer));
  // The one copy that can be wiped from here; the page that took the password is replaced after unlock and on lock.
  plain.fill(0);
  return { key_id: key.key_id, enc: toBase64(new Uint8Array(sender.enc)), ct: toBase64(ct) };
}
