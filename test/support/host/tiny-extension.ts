import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';

/**
 * Writes a package of an extension that does nothing but be there.
 * @param id `publisher.name`
 * @returns absolute path of the .vsix
 */
export async function tinyExtension(id: string, version = '99.0.0'): Promise<string> {
  const [publisher = '', name = ''] = id.split('.');
  const manifest = { publisher, name, version, displayName: name, engines: { vscode: '^1.90.0' }, contributes: {} };
  const identity = `<PackageManifest Version="2.0.0" xmlns="http://schemas.microsoft.com/developer/vsx-schema/2011"><Metadata><Identity Language="en-US" Id="${name}" Version="${version}" Publisher="${publisher}"/><DisplayName>${name}</DisplayName></Metadata><Installation><InstallationTarget Id="Microsoft.VisualStudio.Code"/></Installation><Dependencies/><Assets><Asset Type="Microsoft.VisualStudio.Code.Manifest" Path="extension/package.json" Addressable="true"/></Assets></PackageManifest>`;
  const path = join(await mkdtemp(join(tmpdir(), 'extension-')), `${id}.vsix`);
  await writeFile(path, archive({ 'extension.vsixmanifest': identity, 'extension/package.json': JSON.stringify(manifest) }));
  return path;
}

/** A ZIP whose files are stored as they are (APPNOTE.TXT 4.3). */
function archive(files: Readonly<Record<string, string>>): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const [name, text] of Object.entries(files)) {
    const [title, content] = [Buffer.from(name), Buffer.from(text)];
    // Version 2.0, no flags, stored, midnight of 1 January 1980, checksum, twice the size, the lengths of the name and of nothing more.
    const common = Buffer.alloc(26);
    for (const [at, value] of [[0, 20], [8, 0x21], [22, title.length]] as const) common.writeUInt16LE(value, at);
    for (const [at, value] of [[10, crc32(content)], [14, content.length], [18, content.length]] as const) common.writeUInt32LE(value, at);
    const place = Buffer.alloc(14);
    place.writeUInt32LE(offset, 10);
    directory.push(Buffer.from('PK\x01\x02\x14\0', 'latin1'), common, place, title);
    const local = Buffer.concat([Buffer.from('PK\x03\x04', 'latin1'), common, title, content]);
    parts.push(local);
    offset += local.length;
  }
  const entries = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 'latin1');
  for (const [at, value] of [[8, parts.length], [10, parts.length]] as const) end.writeUInt16LE(value, at);
  end.writeUInt32LE(entries.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...parts, entries, end]);
}
