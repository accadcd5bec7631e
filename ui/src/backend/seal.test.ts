// @vitest-environment node
import { Aes256Gcm, CipherSuite, DhkemP256HkdfSha256, HkdfSha256 } from '@hpke/core';
import { expect, it } from 'vitest';
import { fromBase64, seal, toBase64 } from './seal';

const suite = new CipherSuite({ kem: new DhkemP256HkdfSha256(), kdf: new HkdfSha256(), aead: new Aes256Gcm() });

it('seals so that only the key’s owner can read, and never twice alike', async () => {
  const pair = await suite.kem.generateKeyPair();
  const public_key = toBase64(new Uint8Array(await suite.kem.serializePublicKey(pair.publicKey)));
  const secret = 'quarry lantern ninety ß 🦊';
  const first = await seal({ key_id: 'k', public_key }, secret);
  const second = await seal({ key_id: 'k', public_key }, secret);
  expect(first.key_id).toBe('k');
  expect(first.ct).not.toBe(second.ct);
  expect(atob(first.ct)).not.toContain('quarry');
  const recipient = await suite.createRecipientContext({
    recipientKey: pair.privateKey,
    enc: fromBase64(first.enc).buffer,
    info: new TextEncoder().encode('tessera/v1/ipc').buffer,
  });
  expect(new TextDecoder().decode(await recipient.open(fromBase64(first.ct).buffer))).toBe(secret);
});
