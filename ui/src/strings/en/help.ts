/** What to do when something happened, in order; and what the words mean. */
export const helpWords = {
  help: {
    title: 'If something happened',
    sub: 'What to do, in order',
    lead: 'Phone lost, laptop stolen, locked out: what to do, in order',
    'lost-phone': {
      title: 'My phone is gone',
      teaser: 'The MFA device or the secure phone was on it',
      lead: 'Your vault on this computer still shows its codes. Go down this list and stop at the first that works.',
    },
    'new-phone': {
      title: 'I have a new phone',
      teaser: 'Move the second step over before the old one goes',
      lead: 'While the old device still works, this takes five minutes and no ticket.',
    },
    'stolen-laptop': {
      title: 'My laptop was stolen',
      teaser: 'Sign it out, then take its keys away',
      lead: 'The vault on it is encrypted, and a thief needs its password. Do this from any other computer, in this order.',
    },
    'cannot-get-in': {
      title: 'I cannot get in',
      teaser: 'Name, password, code or device is missing',
      lead: 'Find the line that fits. None of them needs anything but this window.',
    },
    mfa: {
      title: 'What is an MFA device?',
      teaser: 'And what login protection and operation protection ask for',
      lead: 'MFA is multi-factor authentication: beside name and password, something that you have.',
    },
    emails: {
      title: 'Account e-mail and security e-mail',
      teaser: 'Two things, even if they hold the same address',
      lead: 'One is a name to sign in with, the other is where it is checked that it is you.',
    },
    go: {
      codes: 'Codes',
      overview: 'Overview',
      security: 'Security settings',
      sessions: 'Security settings',
      mfa: 'MFA devices',
      'recovery-codes': 'Security settings',
      retrieve: 'Retrieve account',
      reset: 'New password',
      ticket: 'Which ticket?',
      'vault-password': 'Vault password',
      trash: 'Trash',
    },
    steps: {
      otherDevice: {
        title: 'Use another MFA device',
        text: 'Any device of the account will do: this vault, another computer, a hardware token in a drawer.',
      },
      recoveryCode: {
        title: 'Use a recovery code',
        text: 'They were made with the account’s MFA and are on paper, if you printed them. Each is good once, in place of a code.',
      },
      otherContact: {
        title: 'Use the other contact',
        text: 'Where the second step is a code by phone, the security e-mail can prove a change, and the other way round.',
      },
      unbindLost: {
        title: 'Then unbind what is lost',
        text: 'Once you are in: unbind the device that is gone, so that it opens nothing any more, and bind another.',
      },
      ticketOther: {
        title: 'Sign in to another account of yours and file a ticket there',
        text: 'You are known there already, so the unbinding ticket asks for less.',
      },
      ticketWithout: {
        title: 'File a ticket without an account',
        text: 'It states what is on file and proves who you are. Two reviewers decide, then old addresses can object for up to {{hold}}.',
      },
      thenBind: {
        title: 'When it is approved',
        text: 'A link goes to a contact on file. It is good for {{link}}, asks for your password and lets you bind a new device. Staff never set a secret for you.',
      },
      bindNew: {
        title: 'Bind the new phone',
        text: 'MFA devices, “Bind a virtual device”, then the QR code for the phone. Up to {{devices}} devices may be bound at once.',
      },
      checkNew: {
        title: 'Sign in once with it',
        text: 'Before the old one goes: sign out, sign in again, and take the code from the new phone.',
      },
      unbindOld: { title: 'Unbind the old phone', text: 'Its codes stop working at once.' },
      newPhoneNumber: {
        title: 'A new number, too?',
        text: 'Change the secure phone while the old one still receives: every old address is told and can undo it for {{undo}}.',
      },
      endSessions: {
        title: 'Sign the laptop out',
        text: 'Under “Signed in on”, sign out all others, and stop trusting the laptop. What it shows ends at once.',
      },
      changePassword: {
        title: 'Change the account password',
        text: 'It ends all other sessions as well. Choose one that was never used elsewhere.',
      },
      unbindLaptop: {
        title: 'Unbind the laptop’s MFA device',
        text: 'The entry in its vault then makes codes that nobody takes.',
      },
      newCodes: {
        title: 'Make new recovery codes',
        text: 'If the old ones lay with the laptop. Making new ones voids them.',
      },
      vaultPassword: {
        title: 'Did someone see the vault password?',
        text: 'Change it in your other copies and encrypt everything anew. The stolen copy stays readable with the old password, so change the secrets that matter at each service.',
      },
      watchLog: {
        title: 'Look at the security log',
        text: 'Every sign-in stands there with time and network address. What you do not know, sign out.',
      },
      whichName: {
        title: 'I do not know which account or name it was',
        text: 'Prove your phone by a code and see the list of accounts that are bound to it.',
      },
      forgotPassword: {
        title: 'I forgot the password',
        text: 'A code to the security contact sets a new one. The second step stays.',
      },
      lockedAccount: {
        title: 'The account is locked',
        text: 'After {{wrong_most}} wrong passwords, until {{window}} after the first. Nobody can shorten it; a computer that the account trusts is not affected.',
      },
      noCode: {
        title: 'No code arrives',
        text: 'Look among unwanted mail and wait a minute before another. Without signing in, a day allows only a few to an address. If the contact is gone, a ticket changes it.',
      },
      whatMfa: {
        title: 'Virtual or hardware',
        text: 'A virtual one is a secret in an authenticator such as this vault; a hardware one is a token with a serial number. Both show a new 6-digit code every half minute.',
      },
      twoDevices: {
        title: 'Two are better than one',
        text: 'Any of them serves alone. With a second one in a drawer, a lost phone is a nuisance and not a ticket.',
      },
      loginProtection: {
        title: 'Login protection',
        text: 'A further credential after name and password, before a session begins: MFA, or a code to phone or e-mail.',
      },
      operationProtection: {
        title: 'Operation protection',
        text: 'A further credential before a sensitive change, good for {{check}} and that change alone.',
      },
      accountEmail: {
        title: 'Account e-mail: your login name',
        text: 'You type it to sign in, and others may know it. One address serves one account.',
      },
      securityEmail: {
        title: 'Security e-mail: where identity is checked',
        text: 'Codes and warnings go there. It is never a login name, and nobody but you needs to know it.',
      },
      differ: {
        title: 'Why two addresses',
        text: 'Whoever gets into the mailbox of your login name should not find the codes there as well.',
      },
    },
  },
};
