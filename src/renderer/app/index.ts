// The shell of the screen: routes, top bar, banners, and what reaches beyond the window (title, favicon, notices).
export * from './app.tsx';
export * from './notices.ts';
