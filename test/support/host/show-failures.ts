import { afterEach } from 'mocha';
import type { Workbench } from './workbench.ts';

/** Characters of each frame's text that are enough, from its begin and from its end, to see what was wrong. */
const enough = 1_500;

/** Has every test that fails leave a picture, and tell in words what was in sight: a CI run keeps only the words. */
export function showFailures(workbench: () => Workbench | undefined): void {
  afterEach(async function () {
    const shown = workbench();
    if (this.currentTest?.state !== 'failed' || shown === undefined) return;
    await shown.screenshot(`failed-${this.currentTest.title.replaceAll(/\W+/g, '-')}`).catch(() => undefined);
    const focus = await shown.page.evaluate<string>(`(document.hasFocus() ? '' : 'not the window; ') + (document.activeElement?.tagName ?? '') + ' ' + (document.activeElement?.className ?? '')`).catch(String);
    console.log(`      has the keyboard: ${focus}`);
    for (const frame of shown.page.frames().filter((each) => !each.url().includes('webWorkerExtensionHost'))) {
      const text = await frame.locator('body').innerText({ timeout: 2_000 }).catch(() => '');
      const lines = text.replaceAll('\u00a0', ' ').split('\n').map((line) => line.trim()).filter((line) => line !== '');
      const told = lines.join(' ⏎ ');
      // What was told is at the end.
      if (told !== '') console.log(`      in sight: ${told.length > 2 * enough ? `${told.slice(0, enough)} … ${told.slice(-enough)}` : told}`);
    }
  });
}
