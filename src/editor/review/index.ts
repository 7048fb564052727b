export { pageHtml } from './page-html.ts';
export type { RehearsedView } from './messages.ts';
export { reviewAndRun, type ReviewManner, type ReviewServices } from './review-and-run.ts';
export type { Wholes } from './review-view.ts';
