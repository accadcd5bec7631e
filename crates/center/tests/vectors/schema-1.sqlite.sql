-- A center's database of schema 1, made by the last program of that schema on SQLite and dumped by sqlite3's .dump. Never made anew.
PRAGMA foreign_keys=OFF;
BEGIN TRANSACTION;
CREATE TABLE schema_step (number BIGINT PRIMARY KEY, done_at BIGINT NOT NULL);
INSERT INTO schema_step VALUES(1,1795718238);
CREATE TABLE account (
        id BIGINT PRIMARY KEY,
        kind TEXT NOT NULL,
        owner_id BIGINT REFERENCES account (id),
        name BLOB NOT NULL,
        password_hash TEXT NOT NULL,
        password_since BIGINT NOT NULL,
        language TEXT NOT NULL,
        verified_at BIGINT,
        login_protection TEXT NOT NULL DEFAULT 'off',
        operation_protection TEXT NOT NULL DEFAULT 'off',
        mfa_required BIGINT NOT NULL DEFAULT 0,
        frozen_since BIGINT,
        erased_at BIGINT,
        created_at BIGINT NOT NULL,
        version BIGINT NOT NULL DEFAULT 1
    );
INSERT INTO account VALUES(100000001,'individual',NULL,X'0100000001d34be05e60ac52cb55892b9069c1b2b8c0f30f97bd900334c8ad00c99960eefff7a9b3c9cf8ba5954b','$argon2id$v=19$m=7168,t=2,p=1$WDfIxj2facEpKimUq3QwJA$qFllg2lMjhpDnixaXaozAvKa89VLW0PQALr0wDFtWA0',1795718239,'en',NULL,'off','off',0,NULL,NULL,1795718239,1);
INSERT INTO account VALUES(100000002,'individual',NULL,X'01000000016484c6ec23b1dbede189857b605f240889a5fe3837f09de5e28d6ac7bb1b80e3ee7fddc364884d','$argon2id$v=19$m=7168,t=2,p=1$WDfIxj2facEpKimUq3QwJA$qFllg2lMjhpDnixaXaozAvKa89VLW0PQALr0wDFtWA0',1795718239,'en',NULL,'off','off',0,NULL,NULL,1795718239,1);
INSERT INTO account VALUES(100000003,'enterprise',NULL,X'0100000001de3ec4b6a9effc5fdcc90d471a637b6cff218bc259543f4b6f4c50f6b19fd0191179c6597d4cfa77','$argon2id$v=19$m=7168,t=2,p=1$WDfIxj2facEpKimUq3QwJA$qFllg2lMjhpDnixaXaozAvKa89VLW0PQALr0wDFtWA0',1795718239,'en',NULL,'off','off',0,NULL,NULL,1795718239,1);
CREATE TABLE contact (
        account_id BIGINT NOT NULL REFERENCES account (id),
        kind TEXT NOT NULL,
        fingerprint BLOB NOT NULL,
        place BIGINT NOT NULL,
        address BLOB NOT NULL,
        since BIGINT NOT NULL,
        bound BIGINT NOT NULL,
        held_until BIGINT NOT NULL,
        PRIMARY KEY (account_id, kind, fingerprint),
        CONSTRAINT contact_place UNIQUE (kind, fingerprint, place)
    );
INSERT INTO contact VALUES(100000001,'account-email',X'f1b165e985897d446debd4d75f8184149f3c5f3c8535049f0eace2aca841b743',1,X'0100000001c1845ebd9dfb51f383fde5e15f92337035678a55047eb800fe5b6c7212dba56b8445c16d687d2b37af1eace8d3',1795718239,1,0);
INSERT INTO contact VALUES(100000001,'security-email',X'f1b165e985897d446debd4d75f8184149f3c5f3c8535049f0eace2aca841b743',100000001,X'010000000142720eb35181315e90755f340509967eb3b3754ec51f2e40d7aae81a62faaa04476470fcc1ef78e6e1dad69bc3',1795718239,1,0);
INSERT INTO contact VALUES(100000001,'secure-phone',X'eb8fdb19e7f522bd081801032eca7e04bfd74ee8aa829a59967ccaeeb7f02d09',1,X'0100000001b516b371163961e8da2cad42b052aadc723edfcfcd83a039c398fe1f1d51437a0bd2b19a25dcac57f9ec',1795718239,1,0);
INSERT INTO contact VALUES(100000002,'account-email',X'bd7dafe3f9670cb9bef4666affdce5ccf7c1ef293aa02eb37d501cb5e56d82df',1,X'01000000011cd7a12628c9f2edf75de0da98a3d48981a8af4b7f78bc9fc186e95074843cb356e3211025818e6328c165',1795718239,1,0);
INSERT INTO contact VALUES(100000002,'security-email',X'bd7dafe3f9670cb9bef4666affdce5ccf7c1ef293aa02eb37d501cb5e56d82df',100000002,X'01000000015a148409838d4964c7bf3ed59eeb8f198399dccc1f67894d0e3d91dc20e81b8855070d693e0bf025ba9f2c',1795718239,1,0);
INSERT INTO contact VALUES(100000002,'secure-phone',X'24b880aa60cd3f30855125572b47e7290ee23aa1528a0c6b47195d89475db755',1,X'0100000001a6f49a6ace540018dae24b53cadb2d4e6df2ca16959e9076d286d18636d533be19468120b0182850500e',1795718239,1,0);
INSERT INTO contact VALUES(100000003,'account-email',X'5d520fbd331d1a9901e526cdd2daaf3f16403305d61b78dc462fcfa07a8aa7fd',1,X'0100000001dd344c7bae8bd86602c3aa1312fea68704306cb32c5b6b0c295d7800d483e1f46d1d9f08563ae423ace05f12213f',1795718239,1,0);
INSERT INTO contact VALUES(100000003,'security-email',X'5d520fbd331d1a9901e526cdd2daaf3f16403305d61b78dc462fcfa07a8aa7fd',100000003,X'0100000001a03b87f855c7c037d54c7b6ae0698ddffed107fba9a3b406483d664726757acf572adf116fe005121fccf965c13b',1795718239,1,0);
INSERT INTO contact VALUES(100000003,'secure-phone',X'6f0828b408fe34f4f2791b22f998e3c7f248b6359a5099bad41b55174cf1d028',1,X'0100000001b5072e020ed609a304383942965836044bcdb9b45b070fd7715076aeb917984ae5d927c50095729eda',1795718239,1,0);
CREATE TABLE contact_change (
        account_id BIGINT NOT NULL REFERENCES account (id),
        version BIGINT NOT NULL,
        kind TEXT NOT NULL,
        before BLOB NOT NULL,
        proven_by TEXT NOT NULL,
        changed_at BIGINT NOT NULL,
        undo_until BIGINT NOT NULL,
        undone_at BIGINT,
        PRIMARY KEY (account_id, version)
    );
CREATE TABLE undo_link (
        id BLOB PRIMARY KEY,
        account_id BIGINT NOT NULL,
        version BIGINT NOT NULL,
        sent_to BLOB NOT NULL,
        FOREIGN KEY (account_id, version) REFERENCES contact_change (account_id, version)
    );
CREATE TABLE frozen_by (
        account_id BIGINT NOT NULL REFERENCES account (id),
        involved TEXT NOT NULL,
        PRIMARY KEY (account_id, involved)
    );
CREATE TABLE trusted_device (
        id BLOB PRIMARY KEY,
        account_id BIGINT NOT NULL REFERENCES account (id),
        label TEXT NOT NULL,
        created_at BIGINT NOT NULL,
        used_at BIGINT NOT NULL
    );
CREATE TABLE session (
        id BLOB PRIMARY KEY,
        account_id BIGINT NOT NULL REFERENCES account (id),
        label TEXT NOT NULL,
        peer TEXT NOT NULL,
        trusted BLOB,
        restricted BIGINT NOT NULL DEFAULT 0,
        created_at BIGINT NOT NULL,
        seen_at BIGINT NOT NULL
    );
INSERT INTO session VALUES(X'33c11d89ed8e06ae01d33d8250d902127e3c5f6a8c4bcd289dfc675396e2b338',100000001,'test','127.0.0.1',NULL,0,1795718242,1795718242);
CREATE TABLE flow (
        id BLOB PRIMARY KEY,
        kind TEXT NOT NULL,
        account_id BIGINT,
        session_id BLOB,
        state BLOB NOT NULL,
        wrong BIGINT NOT NULL DEFAULT 0,
        created_at BIGINT NOT NULL,
        expires_at BIGINT NOT NULL,
        ended_at BIGINT
    );
INSERT INTO flow VALUES(X'be0854bdff2a7c8f2bc3335351e49e7eefeac851fa47b555dbd51032fa6cea3c','login-code',100000001,NULL,X'01000000017ade5a93a2ba7cf87e75dab56e0684fffe819ead3a1e2578730efcef6799bab32526f5859d1d4d8c0d3f5ddf83a313d7ea4d411d236d9b14b2536f2b1000f44aad85a22b849d8488aba556dad728',0,1795718244,1795719444,NULL);
INSERT INTO flow VALUES(X'5767c0d883b8b800357d1a599842cb87816ad5d9dce124d5fc5911456aa4b6d1','identity-check',100000001,X'33c11d89ed8e06ae01d33d8250d902127e3c5f6a8c4bcd289dfc675396e2b338',X'0100000001e7593772184066c335560116b541af3112df37e95c29ed5bd983effdba0559b08396c1b1407b3a614519eb4fd91a2172dce60cc838d0efaf',0,1795718244,1795718844,NULL);
CREATE TABLE code (
        flow_id BLOB NOT NULL,
        slot TEXT NOT NULL,
        mac BLOB NOT NULL,
        sent_at BIGINT NOT NULL,
        expires_at BIGINT NOT NULL,
        tries_left BIGINT NOT NULL,
        PRIMARY KEY (flow_id, slot)
    );
INSERT INTO code VALUES(X'be0854bdff2a7c8f2bc3335351e49e7eefeac851fa47b555dbd51032fa6cea3c','login-code',X'ba20f4bd831268ed84b1014cd0accc5489eabc48e8ebb634e44d9569aae5ec5f',1795718244,1795718844,5);
CREATE TABLE tally (
        id BLOB PRIMARY KEY,
        opened_at BIGINT NOT NULL,
        closes_at BIGINT NOT NULL,
        count BIGINT NOT NULL
    );
INSERT INTO tally VALUES(X'5ff29f7ed1ed4f66debe3f6faf3228b6384079cfbac952fc3822ee210e4eb930',1795718244,1795804644,1);
INSERT INTO tally VALUES(X'878024e1085f9df25430cdac7ab60be4bb394c309b3224f775ec38e64e4192ca',1795718244,1795804644,1);
INSERT INTO tally VALUES(X'1ab62e1cb53b95baf213caab244bf0e41810ed42603fcec3af7e1cf9cc8bb020',1795718244,1795804644,1);
INSERT INTO tally VALUES(X'a0626ff5ab19f09ab8e864a387b55c08008389d215a4abd46e9cf4a69f087573',1795718244,1795804644,1);
CREATE TABLE message (
        id TEXT PRIMARY KEY,
        channel TEXT NOT NULL,
        urgent BIGINT NOT NULL,
        address BLOB,
        body BLOB,
        state TEXT NOT NULL,
        attempts BIGINT NOT NULL DEFAULT 0,
        next_at BIGINT NOT NULL,
        last_error TEXT,
        created_at BIGINT NOT NULL,
        done_at BIGINT
    );
INSERT INTO message VALUES('c146a1500e00a78fe614a3840da092f1','email',0,X'01000000019fd4b46a5795fd32663e1570fc57a926070ff0ceb3b5e897f5c6299816a0fd1d9cab614e9cd56094f038e360fa',X'0100000001133e53e81c2db4aacde1dc332d99f3ad1d28dd2502ecb0f3509b426e11cb90ab8bf701271b6e80cd3094e0efaee1f3f54241229839c5d26792014e86206e8d12e74dcf29c902477ea15ab9c93a79f9931045b4abc2db9f384ad3d0dee591ba47a1b0f9577ba3145552ce7a1951c721ca5a44c767da45f24bc7eb0fbe7c3346147c87ffa9e3ab82e2b3afcfcca727ff','local',1,1795718542,NULL,1795718242,1795718242);
INSERT INTO message VALUES('58402d82618bc8966a8b11b1a2e83f4b','sms',0,X'0100000001be6bb43d01560026f61766bc7d6546aaa7248a6f2b09059befbfe097017c6a65138514681e0c10405c17',X'010000000173cdf355d39174ddcf82391901a61237802d5869d929594345f5e04779a311df796bc55ef09708456c0f1c6e1bf5406551d51dc7ff0d99dff9018360eefa1fc4d5eb906f898fb47be13e0f4ca49dbb7e364a7bb1dff3e994278eb0ab12527c6f84af7ab5be3060223d931e5dc14aa59b8d34c9f140807ff6d1e436b8ff21362a9f0d17e68449ca3a7055d8bf9a5b4c','local',1,1795718542,NULL,1795718242,1795718242);
INSERT INTO message VALUES('123634d4bbf3a527fab5d2ead68bdf69','email',1,X'0100000001f81187a62675456361c5176d755eb2368a7c753dbc8f93f1dfad43058d003ca2dbade88895b5755fa800fbdbba',X'0100000001fb2c62affd66372bf83be9dd4f1c0ce6163c163a35ce55951d484e26d3fd39ebc7d890ba82e403487c1c1af290a81e9b96e1fde868506e4d5842b37ba51c7c8adb14a609f495f1a1f7e6711d28bfd08e00a15f3c1a9f8cd950f00f6178b8595ca1e9d448ffb0bc','local',1,1795718544,NULL,1795718244,1795718244);
CREATE TABLE security_event (
        account_id BIGINT NOT NULL REFERENCES account (id),
        happened_at BIGINT NOT NULL,
        id TEXT NOT NULL,
        kind TEXT NOT NULL,
        peer TEXT NOT NULL,
        detail BLOB NOT NULL,
        PRIMARY KEY (account_id, happened_at, id)
    );
INSERT INTO security_event VALUES(100000001,1795718242,'f79570dfa9f933d1408899d37f5b8a28','signed-in','127.0.0.1',X'0100000001e0e38eeda33433beb31ccef0d3b9f5eabaf0f0454d17653088efb289835b4d6b7d5759b6d6b8b5d84ceab843cb');
INSERT INTO security_event VALUES(100000002,1795718244,'658fc0912c50cb5d6bf453c29ab58734','ticket-filed','127.0.0.1',X'010000000199a46084675c6bd5747b79ce03785914fff47f764178ccdd2b4f69e423454c8fd3fd9a6d6941fb9c9777f39da0f4a03d19f6c9755e12df0b1786521034f66c37030cd778d5bd90186b3b92cb92cf51b77b34a5a8067ed02dcb8e66e2e72a21b0edff41a4243806f61d9977');
INSERT INTO security_event VALUES(100000001,1795718244,'460000912fb78bf665ac3923fff207ca','wrong-password','127.0.0.1',X'0100000001cacb8a1fc222002d3a9abf142e6e46945b9bc2feb5ecb23c3bd9877e98f1cb574b67f91f686351681e9901780c78225f410192adb88b0b7049');
CREATE TABLE answer (
        id BLOB PRIMARY KEY,
        digest BLOB NOT NULL,
        status BIGINT NOT NULL,
        body BLOB NOT NULL,
        created_at BIGINT NOT NULL
    );
INSERT INTO answer VALUES(X'4038bc24d6a2bd931f8dd4dc897bd60226cdcdccb91b6d63577720529d92fa25',X'69e369763e97e061399791bd4acf5126e45070a93c2748e773c2d4b746e7761a',201,X'01000000019f646b69074dae052c76d2be72812487398a1e2aad0347d5af246b04c0d8b648be317900ddd32ea04e237067a540c08f0caa1fa1be19b6940d1f81d339ab7f6024ce3bb001d3d54eea2ec2d64d6a61a866185831f11d1268033ae9fbc9ee5a26487a20896633c67c41db99361b6cb6512c571dd6acc3cb0f0362a734db485fd14411bd94aa74633897ef1b6aa43646ed0fe80b1a600b1eaa05fb5b68fbc74f5d3bf226354d3bedf56fa8c94c217fa18da7bbb2aef322904ca3ab143f6da787dc60e50dcd4f8b129f453fb2f919c991a8d1dfac90883986d748f6f22e4a7eaf3de8ddbd97ef7ec82f1dacf9d673738a95f0d501400eba0e8212d22694112760587d40d18b4633eba89ed01ecdac78481cab4be8ac49f9514fff2a434f6eac59e9a53f2f94002a05a32edd29c9c3fec64d2cb37c9e14488a2e78e39e1d60cb1ffd40a9f10e176a1d28e734ae47940d75a6fe351395d6bd562a1760e683e1fd829136be4f04a32e3e61753be84f667de4916a2a683d7e1306733327e78f4878fb1e0b456ac50c6621c2d266433f0222acd65dd112982da748c72027a95acf0bb920a2cb5bc4140e8a9b7d841fc3ef223fd26fb061ca8ba1646c8dd0d49f3e6e13b62db0e415fc61f0b694',1795718243);
CREATE TABLE identity_check (
        session_id BLOB NOT NULL,
        action TEXT NOT NULL,
        factor TEXT NOT NULL,
        proven_at BIGINT NOT NULL,
        PRIMARY KEY (session_id, action)
    );
CREATE TABLE staff (
        id TEXT PRIMARY KEY,
        email BLOB NOT NULL,
        fingerprint BLOB NOT NULL UNIQUE,
        name BLOB NOT NULL,
        roles TEXT NOT NULL,
        account_id BIGINT,
        password_hash TEXT,
        totp_seed BLOB,
        last_step BIGINT NOT NULL DEFAULT 0,
        invitation BLOB UNIQUE,
        invited_until BIGINT,
        created_at BIGINT NOT NULL,
        disabled_at BIGINT
    );
INSERT INTO staff VALUES('f6c56ec5adaf508387945518f0f8b4e0',X'010000000187411356f8432e33cd62a60a608cecacf896e89e704d82bf469079d1fd463c307e5f37df337cd6059323ee5c80485d79',X'bdd66ee37033a75495cd93722fb628670dc0107e5cb45128e77c055e191559b6',X'01000000013cbf2fd52ae8c0b60cd8a430dbebbc7755a015bf554405cc74ba4d02eac006781637b1158d0348d54c','reviewer supervisor',NULL,NULL,NULL,0,X'ef47f0db41ba93d4540b64c31d1f343866d513a4515ed48d17e32dff94501051',1795977440,1795718240,NULL);
CREATE TABLE staff_session (
        id BLOB PRIMARY KEY,
        staff_id TEXT NOT NULL REFERENCES staff (id),
        peer TEXT NOT NULL,
        created_at BIGINT NOT NULL,
        seen_at BIGINT NOT NULL
    );
CREATE TABLE audit_line (
        number BIGINT PRIMARY KEY,
        happened_at BIGINT NOT NULL,
        staff_id TEXT,
        detail BLOB NOT NULL,
        previous TEXT NOT NULL,
        hash TEXT NOT NULL
    );
INSERT INTO audit_line VALUES(1,1795718240,NULL,X'0100000001f235b4a23a6d8e64957f5a37d0b57378d729fbfc09cb079e163a12069cd346e84597533f5cc76111b92d4f27e3039d3522d745222078c9b7149c5a608a8b821d6746d4135700191b24e91ec08d5dcf7b7ac0f98260b206823154954b7c2fd02048ea80135d2a37ca01f1708e75b79a8cf64983a4928ec995b0da5ed4daa5912ac7034f6c20f114','','2f20e7aa30faf765f90f2b392079d8229c2350d3ff04823a193761125c40270e');
CREATE TABLE audit_head (
        id BIGINT PRIMARY KEY,
        number BIGINT NOT NULL,
        hash TEXT NOT NULL
    );
INSERT INTO audit_head VALUES(1,1,'2f20e7aa30faf765f90f2b392079d8229c2350d3ff04823a193761125c40270e');
CREATE TABLE ticket (
        id TEXT PRIMARY KEY,
        kind TEXT NOT NULL,
        state TEXT NOT NULL,
        version BIGINT NOT NULL,
        account_id BIGINT REFERENCES account (id),
        contact_kind TEXT,
        contact BLOB,
        contact_fingerprint BLOB,
        language TEXT NOT NULL,
        target BLOB,
        target_account BIGINT REFERENCES account (id),
        statement BLOB NOT NULL,
        query_hash BLOB UNIQUE,
        open_key BLOB UNIQUE,
        proven_contact BLOB,
        factor_proven_at BIGINT,
        claimed_by TEXT,
        claimed_until BIGINT,
        first_reviewer TEXT,
        second_reviewer TEXT,
        contested_at BIGINT,
        hold_until BIGINT,
        due_at BIGINT,
        created_at BIGINT NOT NULL,
        submitted_at BIGINT,
        decided_at BIGINT,
        changed_at BIGINT NOT NULL
    );
INSERT INTO ticket VALUES('9ec1a9596224a7184a8513e5aed950b4','mfa-unbinding-individual','submitted',2,100000001,NULL,NULL,NULL,'en',X'bd7dafe3f9670cb9bef4666affdce5ccf7c1ef293aa02eb37d501cb5e56d82df',NULL,X'01000000013d608d92333c530b488555f891ad5c8174f6c64bdebb922bcadf99d0b105da574f64656565695a6b909e9121d63c49e74192030fae59fc6c7fdd6239bb5003c4ef7ca1901eb84f80fedd1a0cc4787f448d11924c5553b9fb848d0ff228a8d62355db17a82d1ca8bb3d798fb75cb4cbc653960a816012c9169852783a19c27cc0a45d85919849791d968fc90923ce933b0cb109f7dbb8d8b87b12d9252b5d08d30f93cd8253bd5d86b16cd22bb90e2952138f',NULL,X'7947b0f458ec1671f1f08e5f45de9b6c60f989661ff726eccfea6312a427e0f2',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,1795718243,1795718244,NULL,1795718244);
CREATE TABLE ticket_history (
        ticket_id TEXT NOT NULL REFERENCES ticket (id),
        version BIGINT NOT NULL,
        from_state TEXT,
        to_state TEXT NOT NULL,
        party TEXT NOT NULL,
        staff_id TEXT,
        reason BLOB,
        happened_at BIGINT NOT NULL,
        PRIMARY KEY (ticket_id, version)
    );
INSERT INTO ticket_history VALUES('9ec1a9596224a7184a8513e5aed950b4',1,NULL,'draft','applicant',NULL,NULL,1795718243);
INSERT INTO ticket_history VALUES('9ec1a9596224a7184a8513e5aed950b4',2,'draft','submitted','applicant',NULL,NULL,1795718244);
CREATE TABLE ticket_mark (
        ticket_id TEXT NOT NULL REFERENCES ticket (id),
        field TEXT NOT NULL,
        marked_by TEXT NOT NULL,
        reason BLOB NOT NULL,
        marked_at BIGINT NOT NULL,
        confirmed_by TEXT,
        confirmed_at BIGINT,
        PRIMARY KEY (ticket_id, field)
    );
CREATE TABLE ticket_link (
        id BLOB PRIMARY KEY,
        ticket_id TEXT NOT NULL REFERENCES ticket (id),
        purpose TEXT NOT NULL,
        expires_at BIGINT NOT NULL,
        used_at BIGINT
    );
CREATE TABLE filed_identity (
        account_id BIGINT PRIMARY KEY REFERENCES account (id),
        data BLOB NOT NULL,
        number_fingerprint BLOB NOT NULL,
        ticket_id TEXT NOT NULL,
        filed_at BIGINT NOT NULL
    );
CREATE TABLE document (
        id TEXT PRIMARY KEY,
        ticket_id TEXT NOT NULL REFERENCES ticket (id),
        kind TEXT NOT NULL,
        state TEXT NOT NULL,
        bytes BIGINT NOT NULL,
        digest BLOB NOT NULL,
        received BIGINT NOT NULL DEFAULT 0,
        list_version BIGINT NOT NULL DEFAULT 0,
        place BIGINT,
        replaces TEXT,
        upload BLOB UNIQUE,
        created_at BIGINT NOT NULL DEFAULT 0,
        CONSTRAINT document_place UNIQUE (ticket_id, place)
    );
CREATE TABLE document_piece (
        document_id TEXT NOT NULL REFERENCES document (id),
        begins_at BIGINT NOT NULL,
        name TEXT NOT NULL,
        bytes BIGINT NOT NULL,
        PRIMARY KEY (document_id, begins_at)
    );
CREATE TABLE otp_token (
        id TEXT PRIMARY KEY,
        serial BLOB,
        serial_index BLOB,
        seed BLOB NOT NULL,
        algorithm TEXT NOT NULL,
        digits BIGINT NOT NULL,
        period BIGINT,
        last_step BIGINT NOT NULL,
        drift BIGINT NOT NULL DEFAULT 0,
        created_at BIGINT NOT NULL,
        CONSTRAINT otp_token_serial UNIQUE (serial_index)
    );
INSERT INTO otp_token VALUES('44e07e5282ff391f4d585a44187ec5f3',X'0100000001239e414ff0ebb62bb4d219cf22fae98a6f638620bac6de3f02d032473d10b3620645eabe',X'd0fb0a8820dcc324dcd8c92193a0eeec9e38f374359f61797478790bb832dbd2',X'01000000010b1797e5379573a22dae3b96f033685f30ec9e0854afdb4734b4c0c3b6dd6afc3cd904f53fbfe52e80267c2889f603c5','SHA1',6,30,-1,0,1795718240);
INSERT INTO otp_token VALUES('649b98ace1a0094406a6c8327432bb6a',X'0100000001c54a71442242edea9a00f1b9660de6b7823ee5777a41dbb93a60af814898b0a2110c096a',X'd547f9b15854248482dcdc5ab4e5d7b0694a8cbc8ed6237da31708a74d09bda6',X'01000000010fe624a2e430951c4c60430f496fc6c74ead26c4d0daaf7bf78ce42c3864df642764230f66644199fe9f6232d3eaa600','SHA1',6,30,-1,0,1795718240);
INSERT INTO otp_token VALUES('30051da9f39c0fc19a43c11807c3d07b',X'0100000001fc3a31758f45c8b579b7d148810da98eb1c2d154ad20058d9e7e30322988538e9c5f2594',X'4774c838eb3af80d2a7f966c7806b485e02dc8bf74e1129cb12adaf7aa94f72b',X'0100000001bd2a0b60ea023c6954270d1dc1bfe806dd0d276d8edbb9ad989dfa96106eede39f48e50088b84a60a865e220a39edc6c','SHA1',6,60,-1,0,1795718240);
CREATE TABLE mfa_device (
        id TEXT PRIMARY KEY,
        account_id BIGINT NOT NULL REFERENCES account (id),
        place BIGINT NOT NULL,
        kind TEXT NOT NULL,
        name BLOB NOT NULL,
        token_id TEXT NOT NULL REFERENCES otp_token (id),
        created_at BIGINT NOT NULL,
        used_at BIGINT,
        CONSTRAINT mfa_device_place UNIQUE (account_id, place),
        CONSTRAINT mfa_device_token UNIQUE (token_id)
    );
CREATE TABLE recovery_code (
        account_id BIGINT NOT NULL REFERENCES account (id),
        mac BLOB NOT NULL,
        created_at BIGINT NOT NULL,
        PRIMARY KEY (account_id, mac)
    );
CREATE TABLE server (
        id TEXT PRIMARY KEY,
        name TEXT NOT NULL,
        version TEXT NOT NULL,
        knows_key BIGINT NOT NULL,
        seals_with BIGINT NOT NULL,
        seen_at BIGINT NOT NULL
    );
CREATE TABLE sub_account (
        account_id BIGINT PRIMARY KEY REFERENCES account (id),
        owner_id BIGINT NOT NULL REFERENCES account (id),
        place BIGINT NOT NULL,
        address BLOB NOT NULL,
        created_at BIGINT NOT NULL,
        active_at BIGINT,
        CONSTRAINT sub_account_place UNIQUE (owner_id, place)
    );
CREATE TABLE collaborator (
        id TEXT PRIMARY KEY,
        owner_id BIGINT NOT NULL REFERENCES account (id),
        place BIGINT NOT NULL,
        address BLOB NOT NULL,
        fingerprint BLOB NOT NULL,
        account_id BIGINT REFERENCES account (id),
        state TEXT NOT NULL,
        mfa_required BIGINT NOT NULL,
        invited_at BIGINT NOT NULL,
        CONSTRAINT collaborator_place UNIQUE (owner_id, place),
        CONSTRAINT collaborator_address UNIQUE (owner_id, fingerprint)
    );
CREATE TABLE reviewer_key (
        recipient TEXT PRIMARY KEY,
        staff_id TEXT NOT NULL REFERENCES staff (id),
        registered_at BIGINT NOT NULL
    );
CREATE TABLE key_list (
        version BIGINT PRIMARY KEY,
        list TEXT NOT NULL,
        signature TEXT NOT NULL,
        published_at BIGINT NOT NULL
    );
CREATE INDEX account_owner ON account (owner_id);
CREATE UNIQUE INDEX contact_bound ON contact (account_id, kind) WHERE bound = 1;
CREATE INDEX contact_change_until ON contact_change (undo_until);
CREATE INDEX undo_link_change ON undo_link (account_id, version);
CREATE INDEX trusted_device_account ON trusted_device (account_id, used_at);
CREATE INDEX session_account ON session (account_id);
CREATE INDEX flow_expires ON flow (expires_at);
CREATE INDEX flow_account ON flow (account_id);
CREATE INDEX tally_closes ON tally (closes_at);
CREATE INDEX message_due ON message (state, next_at);
CREATE INDEX answer_created ON answer (created_at);
CREATE INDEX identity_check_proven ON identity_check (proven_at);
CREATE INDEX staff_session_staff ON staff_session (staff_id);
CREATE INDEX ticket_due ON ticket (due_at);
CREATE INDEX ticket_account ON ticket (account_id, created_at);
CREATE INDEX ticket_queue ON ticket (state, changed_at);
CREATE INDEX ticket_link_expires ON ticket_link (expires_at);
CREATE INDEX ticket_link_ticket ON ticket_link (ticket_id);
CREATE INDEX filed_identity_number ON filed_identity (number_fingerprint);
CREATE INDEX document_state ON document (state, ticket_id);
CREATE INDEX collaborator_fingerprint ON collaborator (fingerprint);
CREATE INDEX collaborator_account ON collaborator (account_id);
COMMIT;
