import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { after, before, describe, it } from 'mocha';
import { node24, root } from '../../scripts/lib/paths.mjs';
import { ExplorerPage } from '../support/host/explorer-page.ts';
import { openWorkbench, type Workbench } from '../support/host/workbench.ts';

describe('the packaged extension', () => {
  let workbench: Workbench | undefined;
  before(() => promisify(execFile)(String(node24), [join(root, 'scripts/package.mjs')], { cwd: root }));
  after(() => workbench?.dispose());

  it('installs as a user installs it, and shows the demo cluster', async () => {
    workbench = await openWorkbench({ vsix: join(root, 'out/proxmox-workbench.vsix') });
    const explorer = new ExplorerPage(workbench);
    await explorer.open();
    await explorer.view.getByText('Try the demo cluster').click();
    await explorer.shows(/^Demo cluster3 nodes · 40 guests$/);
  });
});
