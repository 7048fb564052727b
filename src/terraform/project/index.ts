export { changedFiles, type CodeFiles, codeFiles } from './code-files.ts';
export { dataFolder, forWorkspace, type Project, projectName, readProject, selectedWorkspace, type Surroundings } from './project.ts';
