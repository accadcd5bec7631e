/** The list of centers, and the trial with its inbox. */
import type * as C from '../../center-model';
import { SigningIn } from './signing-in';
import { alice, haiyun, lena, trialCenter } from './world';

export class Centers extends SigningIn {
  async centers(): Promise<C.CenterRow[]> {
    this.host.open();
    return structuredClone(this.rows);
  }
  async readCenterLink(text: string): Promise<C.CenterForm> {
    const bare = text.trim();
    const link = /^tessera-center:\/\/([^/?#]+)\/?\?(.*)$/i.exec(bare);
    if (link)
      return {
        address: `https://${link[1]}`,
        root_fingerprint: new URLSearchParams(link[2]).get('root') ?? '',
        ca: null,
      };
    if (/^http:\/\/(?!127\.0\.0\.1|localhost|\[::1\])/i.test(bare))
      this.fail('center_address_invalid', 'Only https, but for this computer itself.');
    const address = /^https?:\/\//i.test(bare) ? bare : `https://${bare}`;
    if (!/^https?:\/\/[^\s/?#]+\.[^\s/?#]+\/?$|^http:\/\/(127\.0\.0\.1|localhost|\[::1\])(:\d+)?\/?$/i.test(address))
      this.fail('center_address_invalid', 'A host name is needed, without a path.');
    return { address: address.replace(/\/$/, ''), root_fingerprint: '', ca: null };
  }
  async readCenterQr(): Promise<C.CenterForm | null> {
    return null;
  }
  async pickCertificate(): Promise<C.CertificateFile | null> {
    return { handle: 'ca-1', name: 'Nordlicht internal CA', expires_at: this.now + 900 * 86_400 };
  }
  async addCenter(form: C.CenterForm, signal?: AbortSignal): Promise<C.CenterRow> {
    await this.net('addCenter', signal);
    const { address } = await this.readCenterLink(form.address);
    if (this.rows.some((row) => row.address === address)) this.fail('center_exists', 'connected already');
    if (!address.includes('haiyun')) this.fail('center_bad_answer', 'The answer is a web page, not a center’s.');
    const row = { ...haiyun(this.now), address, added_at: this.now };
    const pinned = form.root_fingerprint.replace(/[^0-9a-f]/gi, '').toUpperCase();
    if (pinned && pinned !== row.root_fingerprint!.replace(/[^0-9A-F]/g, ''))
      this.fail('center_root_key', 'the fingerprints differ');
    if (!pinned) row.root_fingerprint = null;
    if (form.ca) row.ca = 'Nordlicht internal CA';
    this.rows = [...this.rows, row];
    this.people.set(row.id, [lena(this.now)]);
    return row;
  }
  async refreshCenter(center: string, signal?: AbortSignal): Promise<C.CenterRow> {
    await this.net('refreshCenter', signal);
    const row = this.rows.find((one) => one.id === center) ?? this.fail('center_not_found', 'no such center');
    row.about_at = this.now;
    return row;
  }
  async renameCenter(center: string, name: string): Promise<void> {
    this.rows = this.rows.map((row) => (row.id === center ? { ...row, name } : row));
  }
  async removeCenter(center: string): Promise<void> {
    this.rows = this.rows.filter((row) => row.id !== center);
    this.signedIn = this.signedIn.filter((row) => row.center !== center);
    this.links = this.links.filter((link) => link.who.center !== center);
    this.tellAccounts();
  }

  // the trial center

  async trial(): Promise<C.TrialState> {
    return {
      running: this.trialRuns,
      accounts: this.trialRuns
        ? [{ login_name: 'alice@example.com', password: 'quiet lantern under the bridge', name: 'Alice Example' }]
        : [],
      staff: this.trialRuns
        ? [
            { name: 'Mara Lindqvist', email: 'mara@center.example', invitation: 'played-invitation-of-mara-lindqvist' },
            { name: 'Otto Brandt', email: 'otto@center.example', invitation: 'played-invitation-of-otto-brandt' },
          ]
        : [],
      unread: this.messages.filter((one) => !one.read).length,
    };
  }
  protected beginTrial(): C.CenterRow {
    const row = trialCenter(this.now);
    this.trialRuns = true;
    this.rows = [...this.rows.filter((one) => !one.trial), row];
    this.people.set(row.id, [alice(this.now)]);
    return row;
  }
  async startTrial(): Promise<C.CenterRow> {
    await this.net('startTrial', undefined, this.host.slow() * 2);
    const there = this.rows.find((row) => row.trial);
    this.trialRuns = true;
    return there ?? this.beginTrial();
  }
  async resetTrial(): Promise<C.CenterRow> {
    this.signedIn = this.signedIn.filter((row) => row.center !== 'trial');
    this.messages = [];
    this.tellAccounts();
    return this.beginTrial();
  }
  async stopTrial(): Promise<void> {
    this.trialRuns = false;
    await this.removeCenter('trial');
  }
  async inbox(): Promise<C.DemoMessage[]> {
    return structuredClone(this.messages);
  }
  async readInbox(ids: string[]): Promise<void> {
    this.messages = this.messages.map((one) => (ids.includes(one.id) ? { ...one, read: true } : one));
    for (const then of this.inboxWatchers) then();
  }
  async openInboxLink(): Promise<void> {}
  onInbox(then: () => void): () => void {
    this.inboxWatchers.add(then);
    return () => this.inboxWatchers.delete(then);
  }
}
