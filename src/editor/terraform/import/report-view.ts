import { type ChangeSummary, isEmpty, type NotManaged } from '../../../terraform/index.ts';
import { counted, visible } from '../../text/index.ts';
import type { ListView, ReportAction, ReportView } from './messages.ts';
import type { ImportOutcome, Proof } from './outcome.ts';
import { isUpdated, residueView } from './residue-view.ts';

/** So many rows of a list are shown at most; a report of thousands is not read to its end. */
const MANY = 500;

/** What the page shows of an import. */
export function reportView(outcome: ImportOutcome): ReportView {
  const { connectionName, folder, program, proof } = outcome;
  return {
    title: `Import of ${visible(connectionName, 60)} into Terraform`,
    context: [visible(folder, 300), ...(program === undefined ? [] : [program])].join(' · '),
    status: status(outcome),
    problems: proof.kind === 'failed' ? proof.reasons.map((reason) => visible(reason, 2_000)) : [],
    actions: actions(proof),
    residue: proof.kind === 'planned' ? proof.report.residue.slice(0, MANY).map((residue) => residueView(residue, outcome.things)) : [],
    lists: [...slow(outcome), ...leftOut(outcome), ...known(outcome), ...notManaged(outcome), ...warnings(outcome), ...files(outcome)],
  };
}

/** As Terraform ends its plan. */
export const summaryText = ({ import: imported, add, change, remove }: ChangeSummary): string => `${imported} to import, ${add} to add, ${change} to change, ${remove} to destroy`;

function status({ proof, things }: ImportOutcome): ReportView['status'] {
  switch (proof.kind) {
    case 'running': return { level: 'busy', text: visible(proof.doing, 200), detail: 'What was written can be read meanwhile.' };
    case 'cancelled': return { level: 'warning', text: 'Cancelled before the plan was ready', detail: 'The files are written and stay as they are; nothing on the cluster was changed. Plan again to see what Terraform would do.' };
    case 'failed': return { level: 'error', text: 'Terraform could not plan', detail: 'The files are written and stay as they are; nothing on the cluster was changed.' };
    case 'planned': {
      const { summary } = proof.report;
      const text = summaryText(summary);
      if (!isEmpty(proof.report)) return { level: 'warning', text, detail: 'Applying this would change the cluster. Take over what the cluster has, or leave it to the cluster, until nothing is left to change.' };
      if (summary.import === 0) return { level: 'good', text, detail: things.length === 0 ? 'Code and cluster agree.' : 'Terraform has everything in its state, and code and cluster agree. The import blocks have done their work and can go.' };
      return { level: 'good', text, detail: 'Applying this changes nothing on the cluster: Terraform only writes down in its state what is there.' };
    }
  }
}

function actions(proof: Proof): ReportView['actions'] {
  const action = (id: ReportAction, label: string, primary = false): ReportView['actions'][number] => ({ id, label, primary });
  const open = action('open', 'Open Code');
  switch (proof.kind) {
    case 'running': return [open];
    case 'cancelled': return [action('plan', 'Plan Again', true), open];
    case 'failed': return [action('plan', 'Plan Again', true), open, ...proof.offers.map(({ title }, index) => action(`offer-${index}`, title))];
    case 'planned': {
      const done = proof.report.summary.import === 0;
      const clean = isEmpty(proof.report);
      return [
        ...(clean && !done ? [action('apply', 'Review and Apply the Import…', true)] : []),
        ...(clean && done ? [action('remove-imports', 'Remove Import Blocks', true)] : []),
        ...(proof.report.residue.some(isUpdated) ? [action('ignore-all', 'Leave All of It to the Cluster')] : []),
        action('plan', 'Plan Again', !clean),
        open,
      ];
    }
  }
}

function slow({ proof, project, things }: ImportOutcome): ListView[] {
  const guests = proof.kind === 'planned' ? proof.report.slow : project.slow;
  if (guests.length === 0) return [];
  return [list('slow', 'Guests whose agent does not answer', 'Their agent is switched on and silent. A plan from here does not wait for it, but Terraform by itself waits up to 15 minutes for each. Start the agent, or switch it off in the guest’s options.', guests.map(({ address }) => ({ label: titleOf(address, things), detail: address })), false)];
}

function leftOut({ leftOut: guests }: ImportOutcome): ListView[] {
  if (guests.length === 0) return [];
  return [list('left-out', 'Left out', 'These guests could not be read and are not in the code. Import them later into the same project.', guests.map(({ kind, vmid, name, why }) => ({ label: `${kind === 'lxc' ? 'Container' : 'VM'} ${vmid} ${name}`, detail: why })), false)];
}

function known({ known: guests }: ImportOutcome): ListView[] {
  if (guests.length === 0) return [];
  return [list('known', 'In the project already', 'The project has resources with these VMIDs; they were left as they are.', guests.map(({ address, title }) => ({ label: title, detail: address })), true)];
}

/** By what is not managed, since many guests have the same. */
function notManaged({ project: { notManaged: all }, things }: ImportOutcome): ListView[] {
  const rows = (kind: NotManaged['kind']): ListView['rows'] =>
    [...Map.groupBy(all.filter((each) => each.kind === kind), ({ what, why }) => JSON.stringify([what, why])).values()].map((those) => {
      const [{ what = '', why = '' } = {}] = those;
      const names = those.map(({ address }) => titleOf(address, things));
      return { label: what, detail: `${why} (${named(names)})` };
    });
  const options = rows('option');
  const attributes = rows('attribute');
  return [
    ...(options.length === 0 ? [] : [list('options', 'Options the provider cannot express', 'They stay on the guests as they are, and a comment in the code names them.', options, true)]),
    ...(attributes.length === 0 ? [] : [list('attributes', 'Attributes left to the cluster', 'They are in ignore_changes, because the provider would see a difference where there is none.', attributes, true)]),
  ];
}

/** Many resources often have the same to say. */
function warnings({ proof, things }: ImportOutcome): ListView[] {
  const all = proof.kind === 'planned' ? proof.report.warnings : [];
  if (all.length === 0) return [];
  const rows = [...Map.groupBy(all, ({ summary, detail }) => `${summary}\n${detail}`).values()].map((those) => {
    const [{ summary = '', detail = '' } = {}] = those;
    const about = [...new Set(those.flatMap(({ address }) => (address === undefined ? [] : [titleOf(address, things)])))];
    return { label: summary, detail: [detail, about.length === 0 ? '' : `(${named(about)})`].filter(Boolean).join(' ') };
  });
  return [list('warnings', 'Terraform’s warnings', 'What Terraform or the provider says besides.', rows, true)];
}

/** The first of many names. */
const named = (names: readonly string[]): string => (names.length > 8 ? `${names.slice(0, 8).join(', ')} and ${names.length - 8} more` : names.join(', '));

function files({ files: names, things }: ImportOutcome): ListView[] {
  return [{ ...list('files', 'Files', `${counted(things.length, 'resource')} in ${counted(names.length, 'file')}.`, names.map((name) => ({ label: name, detail: '', file: name })), false), title: 'Files' }];
}

function list(id: string, title: string, text: string, rows: ListView['rows'], folded: boolean): ListView {
  const shown = rows.slice(0, MANY).map((row) => ({ ...row, label: visible(row.label, 200), detail: visible(row.detail, 1_000) }));
  const more = rows.length > MANY ? [{ label: `and ${rows.length - MANY} more`, detail: '' }] : [];
  return { id, title: `${title} (${rows.length})`, text, rows: [...shown, ...more], folded };
}

const titleOf = (address: string, things: ImportOutcome['things']): string => things.find((thing) => thing.address === address)?.title ?? address;
