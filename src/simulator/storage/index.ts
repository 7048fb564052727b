import type { Route } from '../api/route.ts';
import { applianceRoutes } from './aplinfo.ts';
import { configRoutes } from './config.ts';
import { contentRoutes } from './content.ts';
import { downloadRoutes } from './download-url.ts';
import { foreignRoutes } from './foreign-formats.ts';
import { ociRoutes } from './oci.ts';
import { pruneRoutes } from './prune-backups.ts';
import { scanRoutes } from './scan.ts';
import { statusRoutes } from './status.ts';
import { uploadRoute } from './upload.ts';

export { maxProtected } from './volume-attributes.ts';
export { prune } from './prune-backups.ts';
export { keepsAll, parseRetention, type Retention } from './prune-marks.ts';
export { demandVolumeAccess } from './volume-access.ts';
export { fileFormat } from './file-names.ts';
export { folderOf, parseVolumeId, parseVolumeName, pathOf, volumeId, type VolumeName } from './volume-names.ts';

/** Storages: storage.cfg, what each node sees of them and what is in them. */
export const routes: readonly Route[] = [
  ...configRoutes, ...statusRoutes, ...contentRoutes, ...pruneRoutes, uploadRoute, ...downloadRoutes, ...ociRoutes, ...applianceRoutes, ...foreignRoutes, ...scanRoutes,
];
