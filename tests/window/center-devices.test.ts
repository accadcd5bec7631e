import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { alice, DEMO_PASSWORD, type CenterServer } from './center-server';
import type { Person } from './person';
import { Token } from './token';
import { company, inEach, scenes, type Company } from './together';

interface Walk extends Company {
  token: Token;
}

describe('a hardware token, from the file of whoever sold it to its unbinding', () => {
  let walks: Walk[] = [];
  beforeAll(async () => {
    walks = await scenes(async (center) => ({
      ...(await company(center, {})),
      token: new Token('HB2204118871', 'KRUGKIDROVUWG2ZAMJZG653OEBTG66BA'),
    }));
  });
  afterAll(() => Promise.all(walks.map((walk) => walk.end())));

  const each = (step: (person: Person, token: Token, center: CenterServer) => Promise<void>) =>
    inEach(walks, ({ people: [person], token, center }) => step(person!, token, center));
  const typeTwo = async (person: Person, [first, second]: [string, string]) => {
    await person.type('First code', first);
    await person.type('Next code', second);
  };

  it('the operator imports it while the center serves', () =>
    each(async (_, token, center) => {
      writeFileSync(join(center.folder, 'tokens.csv'), `serial,secret,type,digits,period,algorithm\n${token.line}\n`);
      const [first, again] = [
        await center.run('tokens', 'import', 'tokens.csv'),
        await center.run('tokens', 'import', 'tokens.csv'),
      ];
      expect(first).toContain('1 token was added');
      expect(again).toContain('0 tokens were added, 1 was known already');
    }));

  it('its owner binds it by its serial number and two codes; a wrong number is refused without saying what was wrong', () =>
    each(async (person, token) => {
      await person.connect();
      await person.signIn(alice.email, DEMO_PASSWORD);
      await person.see('protections in place', 60);
      await person.go('MFA devices');
      await person.press('Bind a hardware token');
      await person.proveBy(alice.email, 'Code to the security e-mail');
      await person.type('Serial number', 'HB2204118872');
      const codes = await token.two();
      await typeTwo(person, codes);
      await person.press('Bind', 'dialog');
      await person.see('The serial number may be the wrong one, too', 30);
      await person.type('Serial number', token.serial);
      await person.press('Bind', 'dialog');
      await person.see('“Hardware token” is bound', 30);
      await person.see('1 of 8 devices bound');
      await person.see(`serial ${token.serial}`);
    }));

  it('its code takes the second step of signing in', () =>
    each(async (person, token) => {
      await person.go('Security settings');
      await person.press('MFA');
      await person.proveWith(await token.code());
      await person.see('Protection is switched', 30);
      await person.signOut();
      await person.signIn(alice.email, DEMO_PASSWORD);
      await person.secondStep(await token.code());
      await person.see('protections in place', 60);
    }));

  it('when its clock has run away its codes are refused, until two of them bring it back into step', () =>
    each(async (person, token) => {
      token.ahead = 20;
      await person.go('Security settings');
      await person.press('Make recovery codes');
      await person.press('Make recovery codes');
      await person.see('Is it you?');
      await (await person.window.find('#identity input.code-input')).sendKeys(await token.code());
      await person.press('Continue', 'dialog');
      await person.see('That is not the code', 30);
      await person.press('Cancel', 'dialog');
      await person.go('MFA devices');
      await person.press('More for Hardware token');
      await person.choose('Resync');
      await typeTwo(person, await token.two());
      await person.press('Resync', 'dialog');
      await person.see('“Hardware token” is in step again', 30);
      await person.signOut();
      await person.signIn(alice.email, DEMO_PASSWORD);
      await person.secondStep(await token.code());
      await person.see('protections in place', 60);
    }));

  it('it is renamed, unbound, and nothing of it is asked any more', () =>
    each(async (person) => {
      await person.go('MFA devices');
      await person.press('Rename');
      await person.proveBy(alice.phone, 'Code to the secure phone');
      await person.type('Name of the device', 'Key ring');
      await person.press('Save', 'dialog');
      await person.press('More for Key ring');
      await person.choose('Unbind');
      await person.see('It is the last MFA device');
      await person.press('Unbind', 'dialog');
      await person.see('“Key ring” is unbound', 30);
      await person.see('No device is bound');
      await person.signOut();
      await person.signIn(alice.email, DEMO_PASSWORD);
      // What it protected is protected by the phone from then on.
      await person.secondStepBy(alice.phone);
      await person.see('protections in place', 60);
    }));
});
