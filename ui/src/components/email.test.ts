import { describe, expect, it } from 'vitest';
import { emailProblem } from './email';

describe('an e-mail address', () => {
  it('may be of other scripts, with tags and subdomains', () => {
    for (const text of [
      'lena@nordlicht.example',
      ' a+b@mail.haiyun.example ',
      '客服@海运.例子',
      'o’neil@x.example',
      'a.b@xn--fsq.example',
    ])
      expect(emailProblem(text), text).toBeNull();
  });
  it('says why it is none', () => {
    expect(emailProblem('')).toBe('empty');
    expect(emailProblem('lena')).toBe('at');
    expect(emailProblem('@x.example')).toBe('at');
    expect(emailProblem('a@b@c.example')).toBe('at');
    expect(emailProblem('lena@localhost')).toBe('domain');
    expect(emailProblem('lena@nordlicht..example')).toBe('domain');
    expect(emailProblem('lena @nordlicht.example')).toBe('letters');
    expect(emailProblem('a@x.example, b@x.example')).toBe('letters');
    expect(emailProblem('Lena <lena@nordlicht.example>')).toBe('letters');
    expect(emailProblem(`${'a'.repeat(250)}@x.example`)).toBe('long');
  });
});
