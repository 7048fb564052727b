import type { ContainerAnswers, CreateAnswers } from '../../changes/create/index.ts';
import { attribute, block, comment, type Expression, type Item, printHcl, reference } from '../hcl/index.ts';
import { Labels } from '../import/index.ts';
import { containerDraft } from './container.ts';
import { vmDraft } from './vm.ts';
import { attributes, type WriteOptions, type WrittenGuest, type WrittenVariable } from './written.ts';

const VM = 'proxmox_virtual_environment_vm';
const CONTAINER = 'proxmox_virtual_environment_container';
const DOWNLOAD = 'proxmox_download_file';

/**
 * A new guest as a resource whose creation does what `wishesOf` does with the same answers. A password becomes a variable
 * that the code only names.
 */
export function writeGuest(answers: CreateAnswers, options: WriteOptions): WrittenGuest {
  const type = answers.type === 'lxc' ? CONTAINER : VM;
  const label = freeLabel(type, answers.name, `${answers.type === 'lxc' ? 'ct' : 'vm'}${answers.vmid}`, options);
  const secret = answers.type === 'lxc' ? answers.password : answers.cloudInit?.password;
  const variable = secret === undefined ? undefined : passwordVariable(label, answers, options);
  const password = variable === undefined ? undefined : reference(`var.${variable.name}`);
  const pool = poolOf(answers, options);
  const template = answers.type === 'lxc' ? templateOf(answers, options) : undefined;
  const draft = answers.type === 'lxc'
    ? containerDraft(answers, template?.file ?? '', template?.name ?? '', pool, password)
    : vmDraft(answers, pool, password);
  return {
    address: `${type}.${label}`,
    text: printHcl([
      ...(variable === undefined ? [] : [variableBlock(variable)]),
      ...(template?.body ?? []),
      block('resource', [type, label], draft.body),
    ]),
    variables: variable === undefined ? [] : [variable],
    notes: [...draft.notes, ...(template?.notes ?? [])],
  };
}

function freeLabel(type: string, name: string, otherwise: string, { taken }: WriteOptions): string {
  const prefix = `${type}.`;
  return new Labels([...taken].flatMap((address) => (address.startsWith(prefix) ? [address.slice(prefix.length)] : []))).label(name, otherwise);
}

/** Shells take letters, digits and `_` in the name of an environment variable. */
function passwordVariable(label: string, { type, vmid, name }: CreateAnswers, { variables }: WriteOptions): WrittenVariable {
  const plain = `${label.replaceAll('-', '_')}_password`;
  const taken = variables.has(plain) ? `${plain}_${vmid}` : plain;
  return { name: taken, description: type === 'lxc' ? `Password of root in container ${vmid} (${name})` : `Password that cloud-init sets in VM ${vmid} (${name})` };
}

function variableBlock({ name, description }: WrittenVariable): Item {
  return block('variable', [name], [
    comment(`Its value is not kept here: set the environment variable TF_VAR_${name}`),
    attribute('description', description),
    attribute('type', reference('string')),
    attribute('sensitive', true),
  ]);
}

function poolOf({ pool }: CreateAnswers, { pools }: WriteOptions): Expression | undefined {
  if (pool === undefined) return undefined;
  const address = pools.get(pool);
  return address === undefined ? pool : reference(`${address}.pool_id`);
}

interface Template {
  readonly file: Expression;
  readonly name: string;
  readonly body: readonly Item[];
  readonly notes: readonly string[];
}

function templateOf({ template, node }: ContainerAnswers, options: WriteOptions): Template {
  if ('volid' in template) return { file: template.volid, name: template.volid.slice(template.volid.indexOf('/') + 1), body: [], notes: [] };
  const { download: name, storage } = template;
  // A second resource of the same file would find it there and fail.
  const downloaded = options.downloads.get(`${node} ${storage}:vztmpl/${name}`);
  if (downloaded !== undefined) return { file: reference(`${downloaded}.id`), name, body: [], notes: [] };
  const source = options.appliance(name);
  if (source === undefined) {
    return { file: `${storage}:vztmpl/${name}`, name, body: [], notes: [`The index of templates does not say where ${name} comes from: download it to ${storage} before you apply.`] };
  }
  const label = freeLabel(DOWNLOAD, name.replace(/_.*/, ''), 'template', options);
  const body = block('resource', [DOWNLOAD, label], [
    ...attributes({ node_name: node, datastore_id: storage, content_type: 'vztmpl', url: source.url, file_name: name, checksum: source.sha512, checksum_algorithm: source.sha512 === undefined ? undefined : 'sha512' }),
    comment('What is newer on the server is no reason to make the container anew'),
    attribute('overwrite', false),
  ]);
  return { file: reference(`${DOWNLOAD}.${label}.id`), name, body: [body], notes: [] };
}
