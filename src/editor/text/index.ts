export { asItStands, type StandingDocument } from './as-it-stands.ts';
export { consequenceTags } from './consequence-tags.ts';
export { errorTitle } from './error-title.ts';
export { counted, formatBytes, formatDuration, formatRecent, formatShare, formatTime } from './format.ts';
export { naturalOrder } from './natural-order.ts';
export { labelText, logLine, markdownText, visible, visibleLines, withoutLinks } from './safe-text.ts';
