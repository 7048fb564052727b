// What the real provider says about its resources, without prose: names, types, what is required, what is deprecated and for what,
// and the values that its checks allow. The schema itself says nothing of values, so each attribute is given a value that
// nothing allows, and the provider's complaints are read.
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const NOTHING = '~nothing~';
const SMALL = -987654;
const KEPT = ['type', 'required', 'optional', 'computed', 'sensitive', 'write_only', 'deprecated'];

/** @param providerFolder holds the provider's binary; @param version the provider's, such as 0.111.1 */
export async function snapshotOf(providerFolder, version) {
  const folder = await mkdtemp(join(tmpdir(), 'proxmox-workbench-schema-'));
  try {
    const config = join(folder, 'terraform.rc');
    await writeFile(config, `provider_installation {\n  dev_overrides { "bpg/proxmox" = ${JSON.stringify(providerFolder)} }\n  direct {}\n}\n`);
    const env = { TF_CLI_CONFIG_FILE: config, TF_IN_AUTOMATION: '1', CHECKPOINT_DISABLE: '1' };
    const terraform = (...args) => jsonOf(args, { cwd: folder, env: { ...process.env, ...env } });
    const head = 'terraform {\n  required_providers {\n    proxmox = { source = "bpg/proxmox" }\n  }\n}\n';
    await writeFile(join(folder, 'main.tf'), head);
    const told = await terraform('providers', 'schema', '-json');
    const schema = Object.values(told.provider_schemas)[0];
    const snapshot = {
      source: 'bpg/proxmox',
      version,
      provider: { block: withoutProse(schema.provider.block) },
      resource_schemas: mapValues(schema.resource_schemas, ({ block }) => ({ block: withoutProse(block) })),
      data_source_schemas: mapValues(schema.data_source_schemas, ({ block }) => ({ block: withoutProse(block) })),
    };
    const probe = new Probe(head);
    for (const [type, { block }] of Object.entries(snapshot.resource_schemas)) probe.top('resource', type, block, Object.keys(snapshot.resource_schemas));
    for (const [type, { block }] of Object.entries(snapshot.data_source_schemas)) probe.top('data', type, block, Object.keys(snapshot.data_source_schemas));
    await writeFile(join(folder, 'main.tf'), probe.text);
    probe.learn(await terraform('validate', '-json'));
    return snapshot;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** What Terraform prints, whatever its exit code: a configuration that is not valid is what is asked about. */
function jsonOf(args, options) {
  return new Promise((resolve, reject) => {
    execFile('terraform', args, { ...options, maxBuffer: 256 * 1024 * 1024 }, (error, stdout, stderr) => {
      try {
        resolve(JSON.parse(stdout));
      } catch {
        reject(new Error(`terraform ${args.join(' ')} said nothing readable: ${error?.message ?? ''} ${stderr}`));
      }
    });
  });
}

function withoutProse({ attributes = {}, block_types: blocks = {}, deprecated }) {
  return {
    ...(Object.keys(attributes).length > 0 && { attributes: mapValues(attributes, attributeWithoutProse) }),
    ...(Object.keys(blocks).length > 0 && { block_types: mapValues(blocks, ({ block, ...rest }) => ({ ...rest, block: withoutProse(block) })) }),
    ...(deprecated && { deprecated }),
  };
}

function attributeWithoutProse(attribute) {
  const kept = Object.fromEntries(Object.entries(attribute).filter(([key]) => KEPT.includes(key)));
  const nested = attribute.nested_type;
  return nested === undefined ? kept : { ...kept, nested_type: { ...nested, attributes: mapValues(nested.attributes, attributeWithoutProse) } };
}

const mapValues = (record, change) => Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value)]));

/** A configuration with one attribute per line, and what stands on each line. */
class Probe {
  #lines;
  #at = new Map();

  constructor(head) {
    this.#lines = head.split('\n').slice(0, -1);
  }

  get text() {
    return `${this.#lines.join('\n')}\n`;
  }

  top(kind, type, block, siblings) {
    this.#line(`${kind} "${type}" "probe" {`, { attribute: block, siblings });
    this.#body(block);
    this.#line('}');
  }

  #line(text, target) {
    this.#lines.push(text);
    if (target !== undefined) this.#at.set(this.#lines.length, target);
  }

  #body({ attributes = {}, block_types: blocks = {} }) {
    for (const [name, attribute] of Object.entries(attributes)) if (attribute.required || attribute.optional) this.#attribute(name, attribute, Object.keys(attributes));
    for (const [name, { block }] of Object.entries(blocks)) {
      this.#line(`${name} {`);
      this.#body(block);
      this.#line('}');
    }
  }

  #attribute(name, attribute, siblings) {
    const target = { attribute, siblings };
    const { type, nested_type: nested } = attribute;
    if (nested !== undefined) {
      this.#line(`${name} = ${{ single: '{', list: '[{', set: '[{', map: '{ a = {' }[nested.nesting_mode]}`, target);
      this.#body({ attributes: nested.attributes });
      this.#line({ single: '}', list: '}]', set: '}]', map: '}}' }[nested.nesting_mode]);
    } else if (type === 'string') this.#line(`${name} = "${NOTHING}"`, target);
    else if (type === 'number') this.#line(`${name} = ${SMALL}`, target);
    else if (type === 'bool') this.#line(`${name} = true`, target);
    else if ((type[0] === 'list' || type[0] === 'set') && type[1] === 'string') this.#line(`${name} = ["${NOTHING}"]`, target);
  }

  /** What the provider complains about: `expected bios to be one of ["seabios" "ovmf"], got …`, and the like of the newer framework. */
  learn({ diagnostics }) {
    // Where one of several checks has to pass, each of them complains: what the one allows is not all.
    const complaints = new Map();
    for (const { severity, summary, detail = '', range } of diagnostics) {
      const target = this.#at.get(range?.start.line);
      if (target === undefined) continue;
      const text = `${summary} ${detail}`.replaceAll(/\s+/g, ' ');
      if (severity === 'warning') {
        // What is deprecated says so itself; of a block in a resource, the newer framework complains at the resource's line.
        if (target.attribute.deprecated !== true) continue;
        const successor = /\buse (?:the )?[`"']?([a-z][a-z0-9_]*)/i.exec(text)?.[1];
        if (successor !== undefined && target.siblings.includes(successor)) target.attribute.successor = successor;
        continue;
      }
      // The newer framework complains about a nested attribute at the line of the outermost one.
      const { attribute } = target;
      if (attribute.type === undefined) continue;
      complaints.set(attribute, (complaints.get(attribute) ?? 0) + 1);
      const oneOf = /(?:to be one of|must be one of:?) \[([^\]]*)\]/.exec(text);
      const values = [...(oneOf?.[1] ?? '').matchAll(/"([^"]*)"/g)].map(([, value]) => value);
      if (values.length > 0) attribute.values = values;
      const between = /(?:to be in the range \((-?\d+) - (-?\d+)\)|must be between (-?\d+) and (-?\d+))/.exec(text);
      if (between !== null && attribute.type === 'number') [attribute.minimum, attribute.maximum] = [Number(between[1] ?? between[3]), Number(between[2] ?? between[4])];
      const least = /(?:to be at least|must be at least) \(?(-?\d+)\)?/.exec(text);
      if (least !== null && attribute.type === 'number') attribute.minimum = Number(least[1]);
    }
    for (const [attribute, count] of complaints) if (count > 1) delete attribute.values;
  }
}
