/** Styles that a page's script imports; esbuild writes them to a file of their own beside it. */
declare module '*.css';
