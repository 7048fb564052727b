// node scripts/schema-snapshot.mjs: writes anew what the editor knows of the provider in folders that are not initialised.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { installTerraformProvider } from './lib/install.mjs';
import { root, terraformProvider, terraformProviderFolder } from './lib/paths.mjs';
import { snapshotOf } from './lib/schema-snapshot.mjs';

await installTerraformProvider();
const snapshot = await snapshotOf(terraformProviderFolder(), terraformProvider.version.replace(/^v/, ''));
await writeFile(join(root, 'src/terraform/schema/snapshot.json'), `${JSON.stringify(snapshot)}\n`);
