/** A statement being typed: its problems in words, and the draft in the vault, which follows what is typed. */
import { backend } from '$backend';
import i18next from 'i18next';
import type { Failure, Language } from '../../backend';
import type { TicketDraft } from '../../backend/tickets';
import { readPhone, shownPhone } from '../../components/phone';
import { asFailure } from '../../errors/failure';
import { t } from '../../strings';
import { number } from '../../strings/format';
import { check, checkDigit, looksLikeEmail, TEXT_MAX, type Problem } from './check';
import { fieldsOf, type FieldName, type FieldSpec, type Reading } from './kinds';

/** How long typing rests before the draft is written. */
const REST = 400;

export class FormState {
  typed = $state<Record<string, string>>({});
  contact = $state('');
  /** Fields that were left once, or all after a try to go on: before that an empty field is no fault. */
  touched = $state<Record<string, boolean>>({});
  /** What the center said to a field, until it is typed anew. */
  refused = $state.raw<{ field: string; message: string; typed: string } | null>(null);
  savedAt = $state(0);
  saveFailure = $state.raw<Failure | null>(null);
  readonly fields: FieldSpec[];
  #rest: ReturnType<typeof setTimeout> | undefined;
  #saving: Promise<void> = Promise.resolve();
  #last: string;

  constructor(
    public draft: TicketDraft,
    /** Without an account the applicant's own address is asked. */
    readonly asksContact: boolean,
    /** A statement that is at the center already is not kept as a draft. */
    readonly keeps = true,
  ) {
    this.typed = { ...draft.statement };
    this.contact = draft.contact;
    this.savedAt = draft.saved_at;
    this.fields = fieldsOf(draft.kind);
    this.#last = this.#text();
  }

  #text(): string {
    return JSON.stringify([this.typed, this.contact]);
  }

  /** After every key: a rest later the draft is saved. */
  changed(name: string): void {
    if (this.refused?.field === name) this.refused = null;
    clearTimeout(this.#rest);
    this.#rest = setTimeout(() => void this.settle(), REST);
  }

  left(name: string): void {
    if ((name === 'contact' ? this.contact : (this.typed[name] ?? '')) !== '') this.touched[name] = true;
    void this.settle();
  }

  /** Writes what rests. */
  settle(): Promise<void> {
    clearTimeout(this.#rest);
    return this.save();
  }

  /** One write after the other: a slow one must not put old text over new. */
  save(): Promise<void> {
    if (!this.keeps) return Promise.resolve();
    this.#saving = this.#saving.then(async () => {
      const text = this.#text();
      if (text === this.#last) return;
      try {
        const { id, place, kind } = this.draft;
        this.draft = await backend.tickets.saveDraft({
          id,
          place,
          kind,
          statement: { ...this.typed },
          contact: this.contact,
        });
        this.#last = text;
        this.savedAt = this.draft.saved_at;
        this.saveFailure = null;
      } catch (error) {
        this.saveFailure = asFailure(error);
      }
    });
    return this.#saving;
  }

  #judge(reading: Reading, typed: string): Problem | null {
    const problem = check(reading, typed);
    if (problem !== null || reading !== 'phone') return problem;
    // It begins with a country code, so the country beside it does not matter.
    return readPhone(typed, 'US').e164 === null ? 'noSuchPhone' : null;
  }

  problemOf(name: FieldName | 'contact'): Problem | null {
    if (name === 'contact') return this.#judge(looksLikeEmail(this.contact) ? 'email' : 'phone', this.contact);
    const field = this.fields.find((one) => one.name === name);
    return field ? this.#judge(field.reading, this.typed[name] ?? '') : null;
  }

  /** In words, and only once the field was left. */
  errorOf(name: FieldName | 'contact'): string | null {
    const typed = name === 'contact' ? this.contact : (this.typed[name] ?? '');
    if (this.refused?.field === name && this.refused.typed === typed)
      return t('form.center', { message: this.refused.message });
    const problem = this.problemOf(name);
    // What is too long or of a wrong sign is wrong from the first key on.
    const early = problem === 'long' || problem === 'textLong' || problem === 'hidden';
    if (problem === null || !(this.touched[name] || early)) return null;
    return problem === 'textLong'
      ? t('form.problem.textLong', { most: number(TEXT_MAX), count: [...typed].length })
      : t(`form.problem.${problem}`);
  }

  goodOf(name: FieldName | 'contact'): string | null {
    const typed = name === 'contact' ? this.contact : (this.typed[name] ?? '');
    if (this.problemOf(name) !== null) return null;
    const reading = this.fields.find((one) => one.name === name)?.reading;
    if (reading === 'phone' || (name === 'contact' && !looksLikeEmail(typed))) {
      const shown = shownPhone(readPhone(typed, 'US').e164 ?? '');
      return shown === typed.trim() ? null : shown;
    }
    return reading === 'number' && checkDigit(typed) === 'fits' ? t('form.checkFits') : null;
  }

  /** Advice that stops nobody. */
  adviceOf(name: FieldName): string | null {
    const reading = this.fields.find((one) => one.name === name)?.reading;
    return reading === 'number' && checkDigit(this.typed[name] ?? '') === 'slip' ? t('form.checkSlip') : null;
  }

  get names(): (FieldName | 'contact')[] {
    const names: (FieldName | 'contact')[] = this.fields.map(({ name }) => name);
    return this.asksContact ? [...names, 'contact'] : names;
  }

  get wrong(): (FieldName | 'contact')[] {
    return this.names.filter((name) => this.problemOf(name) !== null);
  }

  /** Everything is looked at; the first field that is wrong gets the focus. */
  async allRight(): Promise<boolean> {
    for (const name of this.names) this.touched[name] = true;
    await this.settle();
    const first = this.wrong[0];
    if (!first) return true;
    document.querySelector<HTMLElement>(`[name="${first}"]`)?.focus();
    return false;
  }

  /** Whether a failure of the center names a field of this form: then it stands there, and what was typed stays. */
  take(failure: Failure | null): boolean {
    if (failure?.code !== 'center_invalid_value') return false;
    const field = (failure.detail ?? '').replace(/^\/(?:statement\/)?/, '');
    if (!this.names.includes(field as FieldName)) return false;
    const typed = field === 'contact' ? this.contact : (this.typed[field] ?? '');
    this.refused = { field, message: failure.message, typed };
    document.querySelector<HTMLElement>(`[name="${field}"]`)?.focus();
    return true;
  }

  stop(): void {
    clearTimeout(this.#rest);
    void this.save();
  }
}

/** The language in which the center writes to an applicant. */
export const messageLanguage = (): Language => (i18next.language?.startsWith('zh') ? 'zh-Hans' : 'en');
