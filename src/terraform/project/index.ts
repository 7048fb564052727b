export { changedFiles, type CodeFiles, codeFiles } from './code-files.ts';
export { fetchedFor, type InstalledModule, type InstalledModules, installedModules } from './installed-modules.ts';
export { dataFolder, forWorkspace, type Project, projectName, readProject, selectedWorkspace, type Surroundings } from './project.ts';
