/** English. One word for one thing, always; sentence case, no full stop on buttons and labels; errors say what happened, what it means, what to do. */
import { commonWords } from './common';
import { gateWords } from './gate';
import { backupWords } from './backup';
import { codesWords } from './codes';
import { detailsWords } from './details';
import { addWords } from './add';
import { trashWords } from './trash';
import { warningsWords } from './warnings';
import { settingsWords } from './settings';
import { errorsWords } from './errors';
import { ticketsWords } from './tickets';
import { deskWords } from './desk';
import { centerWords } from './center';
import { signInWords } from './sign-in';
import { accountWords } from './account';
import { helpWords } from './help';
import { membersWords } from './members';
import { movingWords } from './moving';

export const en = {
  ...commonWords,
  ...gateWords,
  ...backupWords,
  ...codesWords,
  ...detailsWords,
  ...addWords,
  ...trashWords,
  ...warningsWords,
  ...settingsWords,
  ...errorsWords,
  ...ticketsWords,
  ...deskWords,
  ...centerWords,
  ...signInWords,
  ...accountWords,
  ...helpWords,
  ...membersWords,
  ...movingWords,
};
