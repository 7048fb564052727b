import type { ConfigKind } from '../option-check.ts';
import type { PropertyValues } from '../formats/format.ts';
import { type OptionLine, propertiesOf } from './config-document.ts';
import type { ConfigDiagnostic, KnownNames } from './diagnostic.ts';

/** What is doubtful only when options are seen together, or beside what the node has. */
export function checkTogether(kind: ConfigKind, lines: readonly OptionLine[], known: KnownNames): ConfigDiagnostic[] {
  const options = new Map(lines.map((line) => [line.key, line]));
  return [
    ...(kind === 'qemu' ? [...bootOrder(options), ...processors(options), ...memory(options)] : []),
    ...macAddresses(lines),
    ...names(lines, known),
  ];
}

const warn = (line: OptionLine, start: number, end: number, code: string, message: string): ConfigDiagnostic => ({ line: line.line, start, end, severity: 'warning', code, message });
const warnOfValue = (line: OptionLine, code: string, message: string): ConfigDiagnostic => warn(line, line.valueSpan.start, line.valueSpan.end, code, message);

function numberOf(line: OptionLine | undefined, missing: number): number {
  const value = Number(line?.value ?? missing);
  return Number.isFinite(value) ? value : missing;
}

function bootOrder(options: ReadonlyMap<string, OptionLine>): ConfigDiagnostic[] {
  const boot = options.get('boot');
  const part = boot === undefined ? undefined : propertiesOf(boot)?.parts.find(({ key }) => key === 'order');
  if (boot === undefined || part === undefined) return [];
  let start = boot.valueSpan.start + part.valueStart;
  return part.value.split(';').flatMap((device) => {
    const from = start;
    start += device.length + 1;
    if (device === '' || options.has(device)) return [];
    return [warn(boot, from, from + device.length, 'boot-device', `The VM has no \`${device}\`: booting from it is skipped.`)];
  });
}

function processors(options: ReadonlyMap<string, OptionLine>): ConfigDiagnostic[] {
  const vcpus = options.get('vcpus');
  const total = numberOf(options.get('sockets'), 1) * numberOf(options.get('cores'), 1);
  if (vcpus === undefined || numberOf(vcpus, 0) <= total) return [];
  return [warnOfValue(vcpus, 'vcpus', `More than the ${total} of \`sockets\` × \`cores\`: the VM will not start.`)];
}

function memory(options: ReadonlyMap<string, OptionLine>): ConfigDiagnostic[] {
  const balloon = options.get('balloon');
  const size = numberOf(options.get('memory'), 512);
  if (balloon === undefined || numberOf(balloon, 0) <= size) return [];
  return [warnOfValue(balloon, 'balloon', `The balloon's minimum is more than the memory of ${size} MiB.`)];
}

function macAddresses(lines: readonly OptionLine[]): ConfigDiagnostic[] {
  const seen = new Map<string, string>();
  return lines.flatMap((line) => {
    if (!/^net\d+$/.test(line.key)) return [];
    const part = propertiesOf(line)?.parts.find(({ key }) => key === 'macaddr' || key === 'hwaddr');
    if (part === undefined) return [];
    const address = part.value.toUpperCase();
    const other = seen.get(address);
    seen.set(address, line.key);
    if (other === undefined) return [];
    return [warn(line, line.valueSpan.start + part.valueStart, line.valueSpan.start + part.end, 'mac-address', `\`${other}\` has the same MAC address.`)];
  });
}

/** Volumes on storages, and bridges, that the node does not have. */
function names(lines: readonly OptionLine[], { storages, bridges }: KnownNames): ConfigDiagnostic[] {
  return lines.flatMap((line) => {
    const properties = propertiesOf(line);
    return (properties?.parts ?? []).flatMap((part) => {
      const start = line.valueSpan.start + part.valueStart;
      if (bridges !== undefined && part.key === 'bridge' && part.value !== '' && !bridges.has(part.value)) {
        return [warn(line, start, start + part.value.length, 'bridge', `The node has no bridge \`${part.value}\`, or it may not be used.`)];
      }
      const storage = isVolume(line, properties?.values, part.key) ? /^([a-z][a-z0-9\-_.]*[a-z0-9]):/i.exec(part.value)?.[1] : undefined;
      if (storages === undefined || storage === undefined || storages.has(storage)) return [];
      return [warn(line, start, start + storage.length, 'storage', `The node has no storage \`${storage}\`, or it may not be used.`)];
    });
  });
}

function isVolume(line: OptionLine, values: PropertyValues | undefined, key: string | undefined): boolean {
  return values !== undefined && (key === 'file' || (key === 'volume' && /^(?:rootfs|mp\d+|unused\d+)$/.test(line.key)));
}
