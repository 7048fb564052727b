import { strict as assert } from 'node:assert';
import { after, before, describe, it } from 'mocha';
import { eventually } from '../support/eventually.ts';
import { CodePage } from '../support/host/code-page.ts';
import { ExplorerPage, startedWith, webviewIn } from '../support/host/explorer-page.ts';
import { showFailures } from '../support/host/show-failures.ts';
import { openWorkbench, type Workbench } from '../support/host/workbench.ts';
import { type SpawnedSimulator, spawnSimulator } from '../support/spawned-simulator.ts';
import { connect, tasksBegun } from '../unit/changes/support.ts';

interface Row {
  readonly vmid: number;
  readonly node: string;
  readonly status: string;
  readonly name: string;
  readonly template?: number;
  readonly pool?: string;
  readonly hastate?: string;
}

/** Of the demo cluster with twelve guests: VMs and a container that run on pve1, one of them HA-managed, one with a disk on its node alone. */
const [suspended, managed, hibernated, moved, rolledBack, converted] = [100, 102, 108, 104, 105, 110] as const;

describe('the menus of the explorer', function () {
  this.timeout(180_000);
  let simulator: SpawnedSimulator;
  let workbench: Workbench;
  let explorer: ExplorerPage;
  let page: CodePage;
  let client: ReturnType<typeof connect>;
  /** Of the container, when its snapshot was taken. */
  let memory: unknown;
  before(async () => {
    simulator = await spawnSimulator('--seed', '1', '--guests', '12', '--pace', '0.02');
    client = connect(simulator);
    await client.waitForTask(String(await client.post(`/nodes/pve1/qemu/${converted}/status/stop`)));
    await client.waitForTask(String(await client.post(`/nodes/pve1/lxc/${rolledBack}/snapshot`, { snapname: 'before' })));
    memory = (await config(`lxc/${rolledBack}`))['memory'];
    await client.put(`/nodes/pve1/lxc/${rolledBack}/config`, { memory: 777 });
    workbench = await openWorkbench({ env: startedWith(simulator), settings: { 'proxmox.explorer.refreshInterval': 2 }, viewport: { width: 1280, height: 1300 } });
    explorer = new ExplorerPage(workbench);
    page = new CodePage(explorer);
    await explorer.expand('pve1');
  });
  after(async () => {
    client?.dispose();
    await workbench?.dispose();
    await simulator?.stop();
  });
  showFailures(() => workbench);

  const rows = async (): Promise<readonly Row[]> => (await client.get('/cluster/resources', { type: 'vm' })) as readonly Row[];
  const row = async (vmid: number): Promise<Row | undefined> => (await rows()).find((each) => each.vmid === vmid);
  const config = async (guest: string): Promise<Record<string, unknown>> => (await client.get(`/nodes/pve1/${guest}/config`)) as Record<string, unknown>;
  const dialog = () => workbench.page.locator('.monaco-dialog-box');
  /** Agrees to whatever is asked first, in a dialogue or a review, until the cluster is so. */
  const agree = async (holds: () => Promise<boolean>): Promise<void> => {
    const run = webviewIn(workbench.page).locator('vscode-button[data-action="Run"]:not([disabled])');
    await eventually(async () => {
      if (await dialog().isVisible()) await dialog().locator('.monaco-button', { hasText: /^Run$/ }).first().click({ timeout: 1_000 }).catch(() => undefined);
      if (await run.isVisible()) await run.click({ timeout: 1_000 }).catch(() => undefined);
      return await holds();
    }, 90);
  };
  const is = (vmid: number, status: string) => async (): Promise<boolean> => (await row(vmid))?.status === status;

  it('suspends a VM, and has it go on', async () => {
    await explorer.menu(`${suspended} `, 'Suspend', 'Power');
    await agree(async () => ((await client.get(`/nodes/pve1/qemu/${suspended}/status/current`)) as { qmpstatus: string }).qmpstatus === 'paused');
    await explorer.shows(new RegExp(`^${suspended} .*paused`));
    await workbench.screenshot('menus-suspended');
    await explorer.menu(`${suspended} `, 'Resume');
    await agree(async () => ((await client.get(`/nodes/pve1/qemu/${suspended}/status/current`)) as { qmpstatus: string }).qmpstatus === 'running');
    await explorer.shows(new RegExp(`^${suspended} .*CPU`));
  });

  it('resets a VM', async () => {
    await explorer.menu(`${suspended} `, 'Reset', 'Power');
    await agree(async () => (await tasksBegun(client, /^qmreset$/)).get(String(suspended)) === 1);
  });

  it('hibernates a VM, which starts where it was, and says why it cannot be done with one that HA manages', async () => {
    await explorer.menu(`${managed} `, 'Hibernate', 'Power');
    await explorer.told(/Hibernate: VM 102 .* is HA-managed/);
    await explorer.forgetTold();
    await explorer.menu(`${hibernated} `, 'Hibernate', 'Power');
    await agree(async () => (await row(hibernated))?.status === 'stopped' && (await config(`qemu/${hibernated}`))['lock'] === 'suspended');
    await explorer.shows(new RegExp(`^${hibernated} .*(hibernat|stopped|suspended)`));
    await workbench.screenshot('menus-hibernated');
    await explorer.menu(`${hibernated} `, 'Start');
    await agree(is(hibernated, 'running'));
    assert.equal((await config(`qemu/${hibernated}`))['lock'], undefined);
  });

  it('moves a disk to another storage', async () => {
    const [disk = ''] = Object.entries(await config(`qemu/${moved}`)).find(([, value]) => String(value).startsWith('local-lvm:')) ?? [];
    await explorer.menu(`${moved} `, 'Move Disk', 'Change');
    await page.pick('Move Disk', disk);
    await page.pick('Move Disk', 'ceph');
    await page.pick('Move Disk', 'Delete it');
    await agree(async () => String((await config(`qemu/${moved}`))[disk]).startsWith('ceph:'));
  });

  it('makes a template of a VM', async () => {
    await explorer.shows(new RegExp(`^${converted} .*stopped`));
    await explorer.menu(`${converted} `, 'Convert to Template', 'Change');
    await page.reviewed('Convert VM');
    await agree(async () => (await row(converted))?.template === 1);
    await explorer.expand('Templates');
    await explorer.shows(new RegExp(`^${converted} `));
    await workbench.screenshot('menus-converted');
    await workbench.driver.command('workbench.action.closeAllEditors');
  });

  it('rolls a container back to a snapshot from the snapshot itself', async () => {
    await explorer.expand(`${rolledBack} `);
    await explorer.menu('before', 'Roll Back to Snapshot');
    await agree(async () => (await config(`lxc/${rolledBack}`))['memory'] === memory && (await is(rolledBack, 'running')()));
    await explorer.collapse(`${rolledBack} `);
  });

  it('deletes what lies on a storage', async () => {
    const isThere = async (): Promise<boolean> => ((await client.get('/nodes/pve1/storage/local/content')) as { volid: string }[]).some(({ volid }) => volid.includes('alpine'));
    assert.equal(await isThere(), true);
    await explorer.expand('Storages');
    await explorer.expand('local');
    await explorer.expand('Container templates');
    await explorer.menu('alpine-3.22', 'Delete');
    await agree(async () => !(await isThere()));
    await explorer.hides(/^alpine-3\.22/);
    await explorer.collapse('Storages');
    await workbench.driver.command('workbench.action.closeAllEditors');
  });

  it('shuts all guests of a node down, and starts them all', async () => {
    // What HA manages, Proxmox VE leaves to it.
    const onNode = async (): Promise<readonly Row[]> => (await rows()).filter(({ node, template, hastate }) => node === 'pve2' && template !== 1 && hastate === undefined);
    assert.ok((await onNode()).length >= 2);
    await explorer.menu('pve2', 'Shut Down All Guests');
    await agree(async () => (await onNode()).every(({ status }) => status === 'stopped'));
    await workbench.screenshot('menus-all-down');
    await workbench.driver.command('workbench.action.closeAllEditors');
    await explorer.menu('pve2', 'Start All Guests');
    await page.pick('Start All Guests', 'All guests');
    await agree(async () => (await onNode()).every(({ status }) => status === 'running'));
    await workbench.driver.command('workbench.action.closeAllEditors');
  });

  it('wakes a node that is off', async () => {
    await client.put('/nodes/pve2/config', { wakeonlan: 'bc:24:11:00:00:02' });
    await client.post('/nodes/pve2/status', { command: 'shutdown' });
    await explorer.shows(/^pve2 ?offline/);
    await explorer.menu('pve2', 'Wake Node');
    await agree(async () => ((await client.get('/nodes')) as { node: string; status: string }[]).find(({ node }) => node === 'pve2')?.status === 'online');
    await explorer.shows(/^pve2 ?CPU/);
    await workbench.screenshot('menus-woken');
  });

  it('puts a guest into the pool that it is dropped on', async () => {
    await workbench.command('Proxmox: Group by Pool');
    await explorer.expand('production');
    await explorer.shows(/^lab/);
    await explorer.drag(`${moved} `, 'lab', async () => (await row(moved))?.pool === 'lab');
    await explorer.expand('lab');
    await explorer.shows(new RegExp(`^${moved} `));
    await workbench.screenshot('menus-pooled');
  });
});
