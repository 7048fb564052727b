export { checkWorkspace, forceUnlock, isInitialised, newWorkspace, providersSchema, pushUnsavedState, stateText, type StateIdentity, stateIdentity, stateLock, UNSAVED, unsavedState, validate, type Validation, workspaces } from './commands.ts';
export { type FailureKind, TerraformFailed, told } from './failure.ts';
export { findTerraform, type Terraform } from './find-terraform.ts';
export { formatHcl } from './format.ts';
export { type ChangeSummary, type Diagnostic, type Message, readMessage } from './messages.ts';
export { inAutomation, init, type InitWish, type Plan, plan, type Ran, runTerraform, type RunSettings, show, variableArguments, variableFilesIn } from './run-terraform.ts';
export { type LockHolder, lockHolder } from './state-lock.ts';
