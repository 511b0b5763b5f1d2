import { screenSetupEnglish } from './setup-en.ts';
import { screenSetupChinese } from './setup-zh.ts';

/** Setting a pair up. */
export const screenSetup = { 'zh-CN': screenSetupChinese, en: screenSetupEnglish };
