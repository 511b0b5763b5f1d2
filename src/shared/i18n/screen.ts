import { screenEnglish } from './screen-en.ts';
import { screenChinese } from './screen-zh.ts';
import type { CatalogueSection } from './section.ts';

/** Every key that the screen itself says. */
export type ScreenKey = keyof typeof screenEnglish;

/** What the screen says by itself: titles, labels, explanations. */
export const screen: CatalogueSection = { 'zh-CN': screenChinese, en: screenEnglish };
