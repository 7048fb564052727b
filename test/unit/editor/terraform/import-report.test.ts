import { strict as assert } from 'node:assert';
import { describe, it } from 'mocha';
import { failure, importError } from '../../../../src/editor/terraform/import/failure.ts';
import { ImportReportModel } from '../../../../src/editor/terraform/import/import-report.ts';
import type { ReportView, ResidueView } from '../../../../src/editor/terraform/import/messages.ts';
import type { ImportOutcome, Proof } from '../../../../src/editor/terraform/import/outcome.ts';
import { reportView } from '../../../../src/editor/terraform/import/report-view.ts';
import { TerraformTrouble } from '../../../../src/editor/terraform/projects/trouble.ts';
import { PveError } from '../../../../src/pve/index.ts';
import { explain, residueOf, TerraformFailed, UnknownPlanFormat } from '../../../../src/terraform/index.ts';

const ADDRESS = 'proxmox_virtual_environment_vm.web';
const outcome = (proof: Proof): ImportOutcome => ({
  connectionName: 'Lab', folder: '/work/lab', project: { files: new Map(), addresses: new Map([['qemu/100', ADDRESS]]), notManaged: [], slow: [] },
  things: [{ address: ADDRESS, title: 'VM 100 web' }], files: ['guests.tf'], leftOut: [], known: [], proof,
});
/** What the page shows of a plan that changes one VM in place. */
const residueOfChange = (before: object, after: object, type = 'proxmox_virtual_environment_vm'): ResidueView => {
  const common = { vm_id: 100, node_name: 'pve1', name: 'web', started: true };
  const json = JSON.stringify({ format_version: '1.2', resource_changes: [{ address: ADDRESS, type, change: { actions: ['update'], before: { ...common, ...before }, after: { ...common, ...after } } }] });
  const residue = explain(residueOf(json), { addresses: new Map() });
  const { residue: [shown] } = reportView(outcome({ kind: 'planned', report: { summary: { import: 1, add: 0, change: 1, remove: 0 }, residue, notManaged: [], slow: [], warnings: [] } }));
  assert.ok(shown);
  return shown;
};
const tags = ({ attributes }: ResidueView): (string | undefined)[] => attributes.map(({ tag }) => tag?.text);

describe('the report of an import', () => {
  it('says of a guest, and of each of its attributes, whether applying would restart it', () => {
    const restarted = residueOfChange({ description: 'a', cpu: [{ cores: 1 }] }, { description: 'b', cpu: [{ cores: 2 }] });
    assert.equal(restarted.verdict, 'would be changed and restarted');
    assert.deepEqual(tags(restarted), ['no restart', 'shut down and started']);
    assert.match(restarted.consequences[0]?.text ?? '', /^VM 100 \(web\) .*, and started again\.$/);
    const untouched = residueOfChange({ description: 'a' }, { description: 'b' });
    assert.deepEqual([untouched.verdict, tags(untouched), untouched.consequences], ['would be changed without a restart', ['no restart'], []]);
    assert.deepEqual(residueOfChange({ memory: [{ dedicated: 512 }] }, { memory: [{ dedicated: 1024 }] }, 'proxmox_virtual_environment_container').verdict, 'would be changed and rebooted');
    assert.deepEqual(residueOfChange({ started: false, cpu: [{ cores: 1 }] }, { started: false, cpu: [{ cores: 2 }] }).verdict, 'would be changed without a restart');
    assert.deepEqual(residueOfChange({}, { started: false }).verdict, 'would be changed and switched off');
    const lessened = residueOfChange({ disk: [{ interface: 'scsi0' }] }, { disk: [] });
    assert.deepEqual([lessened.verdict, lessened.level, tags(lessened)], ['would be changed without a restart, and lose a disk', 'error', ['loses a disk']]);
  });

  it('shows control characters of a value as code has them, and what turns the line around by its number', () => {
    const [attribute] = residueOfChange({ description: 'one\ntwo\t"three" \\ \u001b[31m\u007f \u202e' }, { description: '' }).attributes;
    assert.equal(attribute?.before, '“one\\ntwo\\t"three" \\\\ \\u001b[31m\\u007f ‹U+202E›”');
    assert.equal(attribute.after, '“”');
  });

  it('has a button for everything that it advises', () => {
    const titles = (error: unknown): string[] => failure(error, { folder: '/work/lab', connection: 'lab' }).offers.map(({ title }) => title);
    const failed = (text: string): TerraformFailed => new TerraformFailed(text, []);
    assert.deepEqual(titles(new TerraformTrouble('program-missing', 'No Terraform.')), ['How to Install', 'Open Settings']);
    assert.deepEqual(titles(new TerraformTrouble('not-connected', 'Whose?', '/work/lab')), ['Connect Folder…']);
    assert.deepEqual(titles(new TerraformTrouble('no-secret', 'No secret.', 'lab')), ['Edit Connection…']);
    assert.deepEqual(titles(new UnknownPlanFormat('2.0')), ['Open Settings']);
    assert.deepEqual(titles(failed('Error: Failed to query available provider packages')), ['How to Use a Mirror']);
    assert.deepEqual(titles(failed('received an HTTP 403 response - Reason: Permission check failed')), ['Edit Connection…']);
    assert.deepEqual(titles(failed('invalid API token')), ['Connect Folder…', 'Edit Connection…']);
    assert.deepEqual(titles(failed('x509: certificate signed by unknown authority')), ['Review Certificate…']);
    assert.deepEqual(titles(failed('Unsupported argument: nodename')), ['Show Problems']);
    assert.deepEqual(titles(failed('Unsupported Terraform Core version')), ['How to Install', 'Open Settings']);
    assert.deepEqual(titles(failed('something else')), []);
  });

  it('does what the button of an error says, and not what another one would', async () => {
    const done: (readonly [string, readonly unknown[] | undefined])[] = [];
    const shown: ReportView[] = [];
    const model = new ImportReportModel(outcome(failure(new TerraformTrouble('program-missing', 'No Terraform.'), { folder: '/work/lab', connection: undefined })), {
      post: ({ report }) => void shown.push(report),
      prove: () => Promise.reject(new Error('not asked for')),
      code: { show: () => Promise.resolve(true), edit: () => Promise.resolve(true), editAll: () => Promise.resolve(new Map()), putBack: () => Promise.resolve() },
      apply: () => Promise.resolve(),
      carryOut: ({ command, arguments: given }) => Promise.resolve(void done.push([command, given])),
      offerUndo: () => undefined,
      tell: () => undefined,
    });
    await model.receive({ type: 'ready' });
    assert.deepEqual(shown[0]?.actions.map(({ label }) => label), ['Plan Again', 'Open Code', 'How to Install', 'Open Settings']);
    const settings = shown[0]?.actions.find(({ label }) => label === 'Open Settings');
    await model.receive({ type: 'action', action: settings!.id });
    assert.deepEqual(done, [['workbench.action.openSettings', ['proxmox.terraform.path']]]);
  });

  it('is not reached when the guests cannot be read, and then what helps is a button, too', () => {
    const again = { title: 'Try Again', run: () => Promise.resolve() };
    const titles = (kind: PveError['kind']): string[] => importError(new PveError({ kind, message: 'No.' }), 'lab', again).offers.map(({ title }) => title);
    assert.deepEqual(titles('untrusted-certificate'), ['Review Certificate…']);
    assert.deepEqual(titles('unauthorised'), ['Edit Connection…', 'Try Again']);
    assert.deepEqual(titles('unreachable'), ['Try Again', 'Edit Connection…']);
    assert.deepEqual(titles('no-quorum'), ['Try Again']);
  });
});
