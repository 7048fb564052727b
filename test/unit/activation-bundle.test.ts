import { strict as assert } from 'node:assert';
import { build } from 'esbuild';
import { describe, it } from 'mocha';
import { activationBundle } from '../../scripts/lib/activation-bundle.mjs';
import { externals } from '../../scripts/lib/externals.mjs';
import { root } from '../../scripts/lib/paths.mjs';

describe('what is loaded at activation', () => {
  it('is at most 250 kB of registration code: no client, no schema library, no database', async () => {
    const { metafile } = await build({
      absWorkingDir: root, entryPoints: { extension: 'src/extension.ts' }, outdir: 'dist/extension', write: false, metafile: true,
      bundle: true, splitting: true, format: 'esm', platform: 'node', target: 'node22', minify: true, keepNames: true, external: externals, logLevel: 'silent',
    });
    const { bytes, inputs } = activationBundle(metafile);
    assert(bytes <= 250_000, `${bytes} bytes`);
    assert(inputs.includes('src/extension.ts'));
    assert.deepEqual(inputs.filter((path) => /node_modules\/(undici|zod|sql\.js|cockatiel|write-file-atomic)\//.test(path)), []);
    assert.deepEqual(inputs.filter((path) => /^src\/(inventory|simulator)\/|^src\/pve\/(http|session|tls|wire)\//.test(path)), []);
    // They are there all the same, only later; else this would prove nothing.
    const later = Object.keys(metafile.inputs);
    for (const name of ['undici', 'zod', 'sql.js']) assert(later.some((path) => path.includes(`node_modules/${name}/`)), name);
  }).timeout(60_000);
});
