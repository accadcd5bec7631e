import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { card } from './card';
import { alice, CenterServer, DEMO_PASSWORD } from './center-server';
import { noisePng } from './documents';
import { By, eventually, Key } from './harness';
import type { Person } from './person';
import { Relay } from './relay';
import { company, inSight, type Company } from './together';

const STAFF_PASSWORD = 'seven gulls over the quay';

describe('a document on its way from a person to the reviewer', () => {
  let desk: Company;
  let relay: Relay;
  let applicant: Person;
  let rita: Person;
  let ticket: string;
  /** What was cut off the turned picture at its left edge, in thousandths. */
  let left: number;
  beforeAll(async () => {
    const center = await CenterServer.start('SQLite');
    try {
      relay = new Relay(center.address);
      await relay.open();
      desk = await company(center, { width: 1100, height: 900, desktop: true }, {});
    } catch (error) {
      await relay?.close();
      await center.end();
      throw error;
    }
    [applicant, rita] = desk.people as [Person, Person];
  });
  afterAll(async () => {
    await desk?.end();
    await relay?.close();
  });
  beforeEach(({ onTestFailed }) => onTestFailed(async () => console.error(await inSight(desk.windows))));

  const edge = (name: string) => applicant.window.find(`[role=slider][aria-label="${name} edge"]`);
  const cutAt = async (name: string) => Number(await (await edge(name)).getAttribute('aria-valuenow'));
  const at = (name: string) => join(applicant.window.home, name);

  it('there is a reviewer to seal it to, and a ticket that wants two', async () => {
    const { center } = desk;
    const token = await center.addStaff('rita@harbor.example', 'Rita Reviewer');
    const staff = async () => {
      await rita.connect();
      await rita.toDesk();
      await rita.becomeReviewer(token, STAFF_PASSWORD);
    };
    const owner = async () => {
      await applicant.connect(center.linkAt(relay.port));
      await applicant.signIn(alice.email, DEMO_PASSWORD);
      await applicant.see('protections in place', 60);
    };
    await Promise.all([staff(), owner()]);
    await center.signList();
    await applicant.file('Verify my identity', {});
    await applicant.state({ name: 'Alice Example', document_number: 'L01X00T47' });
    await applicant.press('Go on');
    await applicant.see('Sealed to 1 reviewer and an escrow key', 30);
    ticket = await applicant.ticket();
  });

  it('where no camera is, that is said, and the dialog can be left', async () => {
    await applicant.press('Photograph…');
    await applicant.see('No camera is connected', 30);
    await applicant.press('Cancel', 'dialog');
    await applicant.gone('No camera is connected');
  });

  it('is cropped by keys and by the mouse, turned with what was cut off, and kept so until it is sent', async () => {
    writeFileSync(at('front.png'), card('front'));
    await applicant.press('Choose a file…');
    await applicant.window.chooseFile(at('front.png'));
    await applicant.see('Is everything readable?', 30);
    await eventually('the picture', async () => {
      const shown = await applicant.window.driver.findElements(By.css('.edit-frame img'));
      return shown[0] && applicant.window.driver.executeScript('return arguments[0].naturalWidth > 0', shown[0]);
    });
    await (await edge('Left')).sendKeys(Key.ARROW_RIGHT.repeat(20));
    expect(await cutAt('Left')).toBe(200);
    const { height } = await (await applicant.window.find('.crop')).getRect();
    const drag = applicant.window.driver.actions();
    await drag
      .move({ origin: await edge('Lower'), duration: 100 })
      .press()
      .move({ origin: await edge('Lower'), y: -Math.round(height / 4), duration: 200 })
      .release()
      .perform();
    left = await eventually('the mouse drew the lower edge', async () => (await cutAt('Lower')) || null);
    expect(left).toBeGreaterThan(200);
    expect(left).toBeLessThan(300);
    await applicant.press('Turn', 'dialog');
    await eventually('the cut turned along', async () => (await cutAt('Upper')) === 200);
    expect(await cutAt('Left')).toBe(left);
    await applicant.press('Later', 'dialog');
    await applicant.see('Not sent yet');
    await applicant.press('Look at it');
    await eventually('it is as it was left', async () => (await cutAt('Upper')) === 200);
    await applicant.press('Seal and send', 'dialog');
    await applicant.see('Sealed, stored', 60);
  });

  it('goes on where it was paused, and where the center was killed', async () => {
    noisePng(at('large.png'), 1750);
    const progress = () =>
      eventually(
        'a part of it is there',
        async () => {
          const bar = (await applicant.window.driver.findElements(By.css('[role=progressbar]')))[0];
          return Number((await bar?.getAttribute('aria-valuenow')) ?? 0) || null;
        },
        60,
      );
    const begun = (from: RegExp) => relay.heard.filter(({ what }) => what.startsWith('PUT') && from.test(what)).length;
    const before = begun(/begins_at=0$/);
    relay.pieces = 1;
    await applicant.press('Choose a file…');
    await applicant.window.chooseFile(at('large.png'));
    await applicant.see('Is everything readable?', 30);
    await applicant.press('Seal and send', 'dialog');
    const first = await progress();
    expect(first).toBeLessThan(100);
    await applicant.press('Pause');
    await applicant.see('Paused;', 30);
    relay.letGo();

    relay.pieces = 1;
    await applicant.press('Go on');
    await eventually('more of it is there', async () => (await progress()) > first, 60);
    await desk.center.kill();
    await relay.close();
    await applicant.see('The center does not answer', 60);
    await applicant.see('Not sent');

    relay.pieces = Infinity;
    await desk.center.serve();
    await relay.open();
    await applicant.press('Go on');
    await eventually(
      'both are stored',
      async () => (await applicant.window.text()).split('Sealed, stored').length === 3,
      90,
    );
    expect(begun(/begins_at=0$/) - before, 'it began once').toBe(1);
    await applicant.send();
  });

  it('is opened by the reviewer as it was cropped and turned', async () => {
    await rita.claim(ticket);
    const shown = await eventually(
      'the opened document',
      async () => {
        const pictures = await rita.window.driver.findElements(By.css('main .doc-view img'));
        const size = await rita.window.driver.executeScript<[number, number] | null>(
          'const [one] = arguments; return one && one.naturalWidth > 0 ? [one.naturalWidth, one.naturalHeight] : null;',
          pictures[0],
        );
        return size;
      },
      60,
    );
    // 960 x 720 turned is 720 x 960; of it a part is gone at the left, and a fifth at the top.
    const ratio = (720 * (1 - left / 1000)) / (960 * 0.8);
    expect(shown[0] / shown[1]).toBeCloseTo(ratio, 1);
    expect(Math.abs(shown[0] / shown[1] / ratio - 1)).toBeLessThan(0.02);
    await rita.decide('Approve', 'Face and card are one person.', 'Approve', 'Approved');
    await applicant.go('Overview');
    await applicant.see('The identity is verified', 30);
  });
});
