import './strict-zod.ts';
import './app/tokens.css';
import './app/base.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from '#renderer/app';
import { connectBridge } from '#renderer/bridge';
import { createWords } from '#renderer/i18n';
import { createLink, usePreferences } from '#renderer/state';
import { nearestLocale } from '#shared/i18n';

const link = createLink(connectBridge(), {
  now: Date.now,
  after: (ms, run) => {
    const timer = setTimeout(run, ms);
    return () => clearTimeout(timer);
  },
});
const words = createWords(usePreferences.getState().locale ?? nearestLocale(navigator.language));

const root = document.getElementById('root');
if (!root) throw new Error('the page has no #root');
createRoot(root).render(
  <StrictMode>
    <App link={link} words={words} />
  </StrictMode>,
);
