import { describe, expect, it } from 'vitest';
import type { TicketState } from '../../backend/tickets';
import { check, checkDigit, longText } from './check';
import { noAnswers, questions, wayOf, type Answers } from './guide';
import {
  asStatement,
  documentsOf,
  emptyStatement,
  fieldsOf,
  isGuarded,
  kinds,
  newContact,
  provableFactors,
} from './kinds';
import { timeline } from './timeline';

describe('what is typed', () => {
  it('is an e-mail address or told why not', () => {
    for (const good of [
      'a@example.com',
      ' Lena@Example.COM ',
      'q+tag@例え.jp',
      'müller@bücher.example',
      "o'brien@x.co",
    ])
      expect(check('email', good), good).toBeNull();
    const bad: [string, string][] = [
      ['', 'empty'],
      ['   ', 'empty'],
      ['lena', 'noAt'],
      ['lena@', 'domain'],
      ['lena@localhost', 'domain'],
      ['lena@-x.example', 'domain'],
      ['lena@10.0.0.1', 'domain'],
      ['le na@example.com', 'space'],
      ['@example.com', 'notAnEmail'],
      ['a@b@example.com', 'notAnEmail'],
      ['"a"@example.com', 'notAnEmail'],
      ['a..b@example.com', 'notAnEmail'],
      [`${'a'.repeat(250)}@example.com`, 'long'],
      ['a\u202eb@example.com', 'hidden'],
    ];
    for (const [text, problem] of bad) expect(check('email', text), text).toBe(problem);
  });

  it('is a name in any script, of one line and without marks that deceive', () => {
    for (const good of ['李雷', 'Zoë', 'علي', 'O’Brien', 'Aleksandra Nowakowska-Brzęczyszczykiewicz', 'x'.repeat(100)])
      expect(check('name', good), good).toBeNull();
    expect(check('name', 'x'.repeat(101))).toBe('long');
    expect(check('name', 'a\nb')).toBe('lines');
    expect(check('name', 'evil\u202egpj')).toBe('hidden');
    expect(check('name', 'a\u200bb')).toBe('hidden');
  });

  it('is a document number of 4 to 40 letters and digits', () => {
    for (const good of ['C01X00T47', 'HRB 118204', '370202-1986', 'ﬁ12/34', '１２３４'])
      expect(check('number', good), good).toBeNull();
    expect(check('number', '123')).toBe('numberShort');
    expect(check('number', '1'.repeat(41))).toBe('numberLong');
    expect(check('number', "'; DROP TABLE ticket; --")).toBe('numberSigns');
    expect(check('number', '😀😀😀😀')).toBe('numberSigns');
  });

  it('is the shape of a phone number with its country code', () => {
    for (const good of ['+49 151 2345678', '+86 (532) 5557-0186', '＋４９１５１２３４５６７８'])
      expect(check('phone', good), good).toBeNull();
    expect(check('phone', '0151 2345678')).toBe('noCountry');
    expect(check('phone', '+49 +151')).toBe('noCountry');
    expect(check('phone', '+1 800 FLOWERS')).toBe('phoneLetters');
    expect(check('phone', `+${'1'.repeat(41)}`)).toBe('long');
  });

  it('may be a text of several lines, up to its limit', () => {
    expect(longText('a\nb\tc', 10)).toBeNull();
    expect(longText(' \n ', 10)).toBe('empty');
    expect(longText('😀'.repeat(10), 10)).toBeNull();
    expect(longText('😀'.repeat(11), 10)).toBe('textLong');
    expect(longText('a\u0000', 10)).toBe('hidden');
  });

  it('is held against the check digit of numbers that have one', () => {
    // The sample number of GB 11643 and a code that GB 32100 computes.
    expect(checkDigit('11010519491231002X')).toBe('fits');
    expect(checkDigit('110105 1949 1231 0021')).toBe('slip');
    expect(checkDigit('91350100M000100Y43')).toBe('fits');
    expect(checkDigit('91350100M000100Y44')).toBe('slip');
    expect(checkDigit('C01X00T47')).toBeNull();
  });
});

describe('a kind', () => {
  it('has fields of its own and no others in its statement', () => {
    for (const kind of kinds) {
      const typed = { ...emptyStatement(kind), foreign: 'x' };
      const { kind: named, ...fields } = asStatement(kind, typed) as Record<string, string>;
      expect(named).toBe(kind);
      expect(Object.keys(fields).sort()).toEqual(
        fieldsOf(kind)
          .map(({ name }) => name)
          .sort(),
      );
    }
  });

  it('names the contact that it asks to bind', () => {
    const unverified = {
      kind: 'phone-change-unverified',
      login_email: 'a',
      recovery_phone: '+1',
      recovery_email: 'b',
    } as const;
    expect(newContact(unverified)).toBe('+1');
    expect(newContact({ kind: 'question', subject: 'a', text: 'b' })).toBeNull();
  });

  it('is never proven by the contact that is to be changed, nor once the hold has begun', () => {
    expect(provableFactors({ kind: 'phone-change-individual', state: 'draft' })).toEqual(['email']);
    expect(provableFactors({ kind: 'account-email-change', state: 'submitted' })).toEqual(['phone']);
    expect(provableFactors({ kind: 'mfa-unbinding-enterprise', state: 'more-information' })).toEqual([
      'phone',
      'email',
    ]);
    expect(provableFactors({ kind: 'mfa-unbinding-enterprise', state: 'hold' })).toEqual([]);
    expect(provableFactors({ kind: 'question', state: 'draft' })).toEqual([]);
  });
});

describe('the guide', () => {
  const answers = (part: Partial<Answers>): Answers => ({ ...noAnswers, ...part });

  it('leads everybody who can help themselves away from a ticket', () => {
    expect(wayOf(answers({ what: 'mfa', factor: 'yes' }))).toEqual({ way: 'self', place: 'mfa' });
    expect(wayOf(answers({ what: 'phone', self: 'yes' }))).toEqual({ way: 'self', place: 'phone' });
    expect(wayOf(answers({ what: 'email', self: 'yes' }))).toEqual({ way: 'self', place: 'email' });
    expect(wayOf(answers({ what: 'locked' }))).toEqual({ way: 'locked' });
  });

  it('finds the template for a person and for a company, from another account and without one', () => {
    const lost = { what: 'mfa', factor: 'no', verified: 'yes', reach: 'yes' } as const;
    expect(wayOf(answers({ ...lost, whose: 'no', other: 'yes' }))).toMatchObject({
      kind: 'mfa-unbinding-individual',
      fromAccount: true,
      hold: 'Short',
      documents: [],
    });
    expect(wayOf(answers({ ...lost, whose: 'yes', other: 'no', reach: 'no' }))).toMatchObject({
      kind: 'mfa-unbinding-enterprise',
      fromAccount: false,
      hold: 'Long',
      documents: ['business-license'],
    });
  });

  it('tells the three phone changes apart', () => {
    const gone = { what: 'phone', self: 'no', reach: 'no', other: 'no' } as const;
    expect(wayOf(answers({ ...gone, whose: 'no', verified: 'yes' }))).toMatchObject({
      kind: 'phone-change-individual',
    });
    expect(wayOf(answers({ ...gone, whose: 'yes', verified: 'yes' }))).toMatchObject({
      kind: 'phone-change-enterprise',
    });
    expect(wayOf(answers({ ...gone, whose: 'no', verified: 'no' }))).toMatchObject({ kind: 'phone-change-unverified' });
  });

  it('sends those with nothing on file to a question rather than to a ticket that cannot be approved', () => {
    const way = wayOf(answers({ what: 'mfa', factor: 'no', whose: 'no', verified: 'no', other: 'no' }));
    expect(way).toMatchObject({ kind: 'question', asQuestion: true, hold: null });
  });

  it('asks nothing that does not matter, and decides nothing before all that matters is answered', () => {
    expect(questions(answers({ what: 'mfa', factor: 'yes' }))).toEqual(['factor']);
    expect(questions(answers({ what: 'locked' }))).toEqual([]);
    let now = answers({ what: 'mfa', factor: 'no', whose: 'no', verified: 'yes', reach: 'no' });
    expect(wayOf(now)).toBeNull();
    now = { ...now, other: 'no' };
    expect(wayOf(now)).not.toBeNull();
  });

  it('reaches every kind but identity verification, which begins in the account', () => {
    const both = ['yes', 'no'] as const;
    const found = new Set<string>();
    for (const what of ['mfa', 'phone', 'email', 'locked', 'identity', 'question'] as const)
      for (const whose of both)
        for (const verified of both)
          for (const reach of both)
            for (const other of both) {
              const way = wayOf({ what, whose, factor: 'no', self: 'no', verified, reach, other });
              if (way?.way === 'ticket') {
                found.add(way.kind);
                expect(way.hold !== null).toBe(isGuarded(way.kind));
                expect(way.documents).toEqual(documentsOf[way.kind]);
              }
            }
    expect([...found].sort()).toEqual(kinds.filter((kind) => !kind.startsWith('identity')).sort());
  });
});

describe('the timeline', () => {
  const event = (to: TicketState, at: number) => ({ to, at, by: 'staff' as const });

  it('shows what was done, where it stands, and what follows', () => {
    const steps = timeline({
      kind: 'mfa-unbinding-individual',
      state: 'hold',
      history: [
        event('draft', 1),
        event('submitted', 2),
        event('first-approval', 3),
        event('second-approval', 4),
        event('hold', 4),
      ],
    });
    expect(steps.map((step) => `${step.tense} ${step.state}`)).toEqual([
      'done draft',
      'done submitted',
      'done first-approval',
      'now hold',
      'todo executed',
    ]);
  });

  it('promises nothing after the end, and no hold to what one reviewer decides', () => {
    const end = timeline({ kind: 'question', state: 'withdrawn', history: [event('draft', 1), event('withdrawn', 2)] });
    expect(end.every((step) => step.tense === 'done')).toBe(true);
    const question = timeline({
      kind: 'question',
      state: 'submitted',
      history: [event('draft', 1), event('submitted', 2)],
    });
    expect(question.map((step) => step.state)).toEqual(['draft', 'submitted', 'executed']);
  });

  it('marks what was sent again', () => {
    const steps = timeline({
      kind: 'question',
      state: 'submitted',
      history: [event('draft', 1), event('submitted', 2), event('more-information', 3), event('submitted', 4)],
    });
    expect(steps.filter((step) => step.tense !== 'todo').map((step) => 'again' in step && step.again)).toEqual([
      false,
      false,
      false,
      true,
    ]);
  });
});
