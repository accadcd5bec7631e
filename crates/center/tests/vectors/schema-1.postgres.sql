-- A center's database of schema 1, made by the last program of that schema on PostgreSQL and dumped by pg_dump --inserts. Never made anew.
SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;
SET default_tablespace = '';
SET default_table_access_method = heap;
CREATE TABLE public.account (
    id bigint NOT NULL,
    kind text NOT NULL,
    owner_id bigint,
    name bytea NOT NULL,
    password_hash text NOT NULL,
    password_since bigint NOT NULL,
    language text NOT NULL,
    verified_at bigint,
    login_protection text DEFAULT 'off'::text NOT NULL,
    operation_protection text DEFAULT 'off'::text NOT NULL,
    mfa_required bigint DEFAULT 0 NOT NULL,
    frozen_since bigint,
    erased_at bigint,
    created_at bigint NOT NULL,
    version bigint DEFAULT 1 NOT NULL
);
CREATE TABLE public.answer (
    id bytea NOT NULL,
    digest bytea NOT NULL,
    status bigint NOT NULL,
    body bytea NOT NULL,
    created_at bigint NOT NULL
);
CREATE TABLE public.audit_head (
    id bigint NOT NULL,
    number bigint NOT NULL,
    hash text NOT NULL
);
CREATE TABLE public.audit_line (
    number bigint NOT NULL,
    happened_at bigint NOT NULL,
    staff_id text,
    detail bytea NOT NULL,
    previous text NOT NULL,
    hash text NOT NULL
);
CREATE TABLE public.code (
    flow_id bytea NOT NULL,
    slot text NOT NULL,
    mac bytea NOT NULL,
    sent_at bigint NOT NULL,
    expires_at bigint NOT NULL,
    tries_left bigint NOT NULL
);
CREATE TABLE public.collaborator (
    id text NOT NULL,
    owner_id bigint NOT NULL,
    place bigint NOT NULL,
    address bytea NOT NULL,
    fingerprint bytea NOT NULL,
    account_id bigint,
    state text NOT NULL,
    mfa_required bigint NOT NULL,
    invited_at bigint NOT NULL
);
CREATE TABLE public.contact (
    account_id bigint NOT NULL,
    kind text NOT NULL,
    fingerprint bytea NOT NULL,
    place bigint NOT NULL,
    address bytea NOT NULL,
    since bigint NOT NULL,
    bound bigint NOT NULL,
    held_until bigint NOT NULL
);
CREATE TABLE public.contact_change (
    account_id bigint NOT NULL,
    version bigint NOT NULL,
    kind text NOT NULL,
    before bytea NOT NULL,
    proven_by text NOT NULL,
    changed_at bigint NOT NULL,
    undo_until bigint NOT NULL,
    undone_at bigint
);
CREATE TABLE public.document (
    id text NOT NULL,
    ticket_id text NOT NULL,
    kind text NOT NULL,
    state text NOT NULL,
    bytes bigint NOT NULL,
    digest bytea NOT NULL,
    received bigint DEFAULT 0 NOT NULL,
    list_version bigint DEFAULT 0 NOT NULL,
    place bigint,
    replaces text,
    upload bytea,
    created_at bigint DEFAULT 0 NOT NULL
);
CREATE TABLE public.document_piece (
    document_id text NOT NULL,
    begins_at bigint NOT NULL,
    name text NOT NULL,
    bytes bigint NOT NULL
);
CREATE TABLE public.filed_identity (
    account_id bigint NOT NULL,
    data bytea NOT NULL,
    number_fingerprint bytea NOT NULL,
    ticket_id text NOT NULL,
    filed_at bigint NOT NULL
);
CREATE TABLE public.flow (
    id bytea NOT NULL,
    kind text NOT NULL,
    account_id bigint,
    session_id bytea,
    state bytea NOT NULL,
    wrong bigint DEFAULT 0 NOT NULL,
    created_at bigint NOT NULL,
    expires_at bigint NOT NULL,
    ended_at bigint
);
CREATE TABLE public.frozen_by (
    account_id bigint NOT NULL,
    involved text NOT NULL
);
CREATE TABLE public.identity_check (
    session_id bytea NOT NULL,
    action text NOT NULL,
    factor text NOT NULL,
    proven_at bigint NOT NULL
);
CREATE TABLE public.key_list (
    version bigint NOT NULL,
    list text NOT NULL,
    signature text NOT NULL,
    published_at bigint NOT NULL
);
CREATE TABLE public.message (
    id text NOT NULL,
    channel text NOT NULL,
    urgent bigint NOT NULL,
    address bytea,
    body bytea,
    state text NOT NULL,
    attempts bigint DEFAULT 0 NOT NULL,
    next_at bigint NOT NULL,
    last_error text,
    created_at bigint NOT NULL,
    done_at bigint
);
CREATE TABLE public.mfa_device (
    id text NOT NULL,
    account_id bigint NOT NULL,
    place bigint NOT NULL,
    kind text NOT NULL,
    name bytea NOT NULL,
    token_id text NOT NULL,
    created_at bigint NOT NULL,
    used_at bigint
);
CREATE TABLE public.otp_token (
    id text NOT NULL,
    serial bytea,
    serial_index bytea,
    seed bytea NOT NULL,
    algorithm text NOT NULL,
    digits bigint NOT NULL,
    period bigint,
    last_step bigint NOT NULL,
    drift bigint DEFAULT 0 NOT NULL,
    created_at bigint NOT NULL
);
CREATE TABLE public.recovery_code (
    account_id bigint NOT NULL,
    mac bytea NOT NULL,
    created_at bigint NOT NULL
);
CREATE TABLE public.reviewer_key (
    recipient text NOT NULL,
    staff_id text NOT NULL,
    registered_at bigint NOT NULL
);
CREATE TABLE public.schema_step (
    number bigint NOT NULL,
    done_at bigint NOT NULL
);
CREATE TABLE public.security_event (
    account_id bigint NOT NULL,
    happened_at bigint NOT NULL,
    id text NOT NULL,
    kind text NOT NULL,
    peer text NOT NULL,
    detail bytea NOT NULL
);
CREATE TABLE public.server (
    id text NOT NULL,
    name text NOT NULL,
    version text NOT NULL,
    knows_key bigint NOT NULL,
    seals_with bigint NOT NULL,
    seen_at bigint NOT NULL
);
CREATE TABLE public.session (
    id bytea NOT NULL,
    account_id bigint NOT NULL,
    label text NOT NULL,
    peer text NOT NULL,
    trusted bytea,
    restricted bigint DEFAULT 0 NOT NULL,
    created_at bigint NOT NULL,
    seen_at bigint NOT NULL
);
CREATE TABLE public.staff (
    id text NOT NULL,
    email bytea NOT NULL,
    fingerprint bytea NOT NULL,
    name bytea NOT NULL,
    roles text NOT NULL,
    account_id bigint,
    password_hash text,
    totp_seed bytea,
    last_step bigint DEFAULT 0 NOT NULL,
    invitation bytea,
    invited_until bigint,
    created_at bigint NOT NULL,
    disabled_at bigint
);
CREATE TABLE public.staff_session (
    id bytea NOT NULL,
    staff_id text NOT NULL,
    peer text NOT NULL,
    created_at bigint NOT NULL,
    seen_at bigint NOT NULL
);
CREATE TABLE public.sub_account (
    account_id bigint NOT NULL,
    owner_id bigint NOT NULL,
    place bigint NOT NULL,
    address bytea NOT NULL,
    created_at bigint NOT NULL,
    active_at bigint
);
CREATE TABLE public.tally (
    id bytea NOT NULL,
    opened_at bigint NOT NULL,
    closes_at bigint NOT NULL,
    count bigint NOT NULL
);
CREATE TABLE public.ticket (
    id text NOT NULL,
    kind text NOT NULL,
    state text NOT NULL,
    version bigint NOT NULL,
    account_id bigint,
    contact_kind text,
    contact bytea,
    contact_fingerprint bytea,
    language text NOT NULL,
    target bytea,
    target_account bigint,
    statement bytea NOT NULL,
    query_hash bytea,
    open_key bytea,
    proven_contact bytea,
    factor_proven_at bigint,
    claimed_by text,
    claimed_until bigint,
    first_reviewer text,
    second_reviewer text,
    contested_at bigint,
    hold_until bigint,
    due_at bigint,
    created_at bigint NOT NULL,
    submitted_at bigint,
    decided_at bigint,
    changed_at bigint NOT NULL
);
CREATE TABLE public.ticket_history (
    ticket_id text NOT NULL,
    version bigint NOT NULL,
    from_state text,
    to_state text NOT NULL,
    party text NOT NULL,
    staff_id text,
    reason bytea,
    happened_at bigint NOT NULL
);
CREATE TABLE public.ticket_link (
    id bytea NOT NULL,
    ticket_id text NOT NULL,
    purpose text NOT NULL,
    expires_at bigint NOT NULL,
    used_at bigint
);
CREATE TABLE public.ticket_mark (
    ticket_id text NOT NULL,
    field text NOT NULL,
    marked_by text NOT NULL,
    reason bytea NOT NULL,
    marked_at bigint NOT NULL,
    confirmed_by text,
    confirmed_at bigint
);
CREATE TABLE public.trusted_device (
    id bytea NOT NULL,
    account_id bigint NOT NULL,
    label text NOT NULL,
    created_at bigint NOT NULL,
    used_at bigint NOT NULL
);
CREATE TABLE public.undo_link (
    id bytea NOT NULL,
    account_id bigint NOT NULL,
    version bigint NOT NULL,
    sent_to bytea NOT NULL
);
INSERT INTO public.account VALUES (100000002, 'individual', NULL, '\x0100000001b7bbb0fd3a0d5506e3a8630baf6634e14fb1adc87904a3380010c50861195a1d57e860dd1994c3', '$argon2id$v=19$m=7168,t=2,p=1$cxoxiEYgRjWNsIck0NzUew$2qgZuXTmottXw8cg4QpKfOpzDg8yah4U+qkUMxppdME', 1795718248, 'en', NULL, 'off', 'off', 0, NULL, NULL, 1795718248, 1);
INSERT INTO public.account VALUES (100000003, 'enterprise', NULL, '\x0100000001b7a5b51c153dcf2ff2d61a3c17428c08b870d42aab6dcba9a849183c5277a3907020f871f81659a7', '$argon2id$v=19$m=7168,t=2,p=1$cxoxiEYgRjWNsIck0NzUew$2qgZuXTmottXw8cg4QpKfOpzDg8yah4U+qkUMxppdME', 1795718248, 'en', NULL, 'off', 'off', 0, NULL, NULL, 1795718248, 1);
INSERT INTO public.account VALUES (100000001, 'individual', NULL, '\x01000000019c5061062cbf09e25ca09417f983bb0386224a92e2b1985fce8adfd84b00ddfa6fb4222501d5d3c740', '$argon2id$v=19$m=7168,t=2,p=1$cxoxiEYgRjWNsIck0NzUew$2qgZuXTmottXw8cg4QpKfOpzDg8yah4U+qkUMxppdME', 1795718248, 'en', NULL, 'off', 'off', 0, NULL, NULL, 1795718248, 1);
INSERT INTO public.answer VALUES ('\x4038bc24d6a2bd931f8dd4dc897bd60226cdcdccb91b6d63577720529d92fa25', '\x69e369763e97e061399791bd4acf5126e45070a93c2748e773c2d4b746e7761a', 201, '\x0100000001e9af5e1336196ba868cd9040109343242fa8cb93054c0ade364d0eefaf7b071712b693ae229e9f39defb90cc91319b4f3ad24fb11c4bd092151ed641e66684a36b1212299abe0cb5e49abf91ff1c7d805bdb686f749c5a65a4cb3db122f51eadc6116c9b2c6a6d4ca50e63f7e93e4540907e5d805c2e382fb1d36ee5d1807918d7a8363b63bba7cf6f2b4274f17637d56fb8fc04356caa4af6a0dd7196b8d066de3309e6f850cd9e0ea1b634ee5f8646d61870e68c91530c1e766eb7be1abda6da93213fc233eb909852bccb214741d037648a5b7602d7e843c67a1bfcbb3770f378e9d20132e0270be479c7e70f05a1534599acce09549d0521330d53bb0e8fcef743a4df87fe8a4e9be84b24a411aaf9a11726a14450a6698677a0d89242ebbaaf97b43f5402daf3695cc6af977ed88e67e809744fc3ce6c4b842c48d7e0e26f260a08909b647abe247381a435cf9316592ae1d65796d3bcbd1662c443101f1f7176c226def2c4d50567b4905f6136ddd3f0e6af34395315a5f35c28a401305a2e74e11438c88e19cea26e76a6c64c2af5b2ac8488b1a5ae043849cd75823333573f3d31b217489470c263abc489d7453af17e174aa8737e060c6ac77832c1543efc38995c7000cd', 1795718252);
INSERT INTO public.audit_head VALUES (1, 1, '62231e83161b8c5d3be70bbc5ec9a5e66d57e860fe5c4c5d273cbef51831ad54');
INSERT INTO public.audit_line VALUES (1, 1795718249, NULL, '\x0100000001351da327e4d41d1ccd06ab9c9db13b47d2389642adf7a7a886cce5aabe13b6674e7baabc347e422d2441787cbf6ddd98d96707480e2913a890af959fb6f034495dfc666ae9e785eb8df74f3920598b824983424062e52b98cdefd0d36080986ff27fe2f41a071076110f4ca3f798dc9bbcd561c8e6bea6e9bfb55ba3be463ead4600a970a0da34', '', '62231e83161b8c5d3be70bbc5ec9a5e66d57e860fe5c4c5d273cbef51831ad54');
INSERT INTO public.code VALUES ('\x15d76a1ec75645b20227e167994de0c36c739e610ba092e0f5d9f26b0e119da8', 'login-code', '\xaeb0d05fd5793fc8b16427e6cfbdc39b6524d418fbf5e133680e51da83c7349c', 1795718254, 1795718854, 5);
INSERT INTO public.contact VALUES (100000001, 'account-email', '\xf1b165e985897d446debd4d75f8184149f3c5f3c8535049f0eace2aca841b743', 1, '\x0100000001e8dfb7981b421669cc67747f51fa85d409952e4d592d7da921020286e63dae38b7a093ff18c689639e09430cac', 1795718248, 1, 0);
INSERT INTO public.contact VALUES (100000001, 'security-email', '\xf1b165e985897d446debd4d75f8184149f3c5f3c8535049f0eace2aca841b743', 100000001, '\x010000000185fd294edb4d0ae4a3509f6d742a8faf9657d316e241fca257bbe4d54b44c98817798498693c00b63bea4af1bb', 1795718248, 1, 0);
INSERT INTO public.contact VALUES (100000001, 'secure-phone', '\xeb8fdb19e7f522bd081801032eca7e04bfd74ee8aa829a59967ccaeeb7f02d09', 1, '\x010000000175e75ec9e0a3e042e4940e878683f84d9e5c7c9b98205b87409fbec4120a46610a5eacfd80f06f77fb81', 1795718248, 1, 0);
INSERT INTO public.contact VALUES (100000002, 'account-email', '\xbd7dafe3f9670cb9bef4666affdce5ccf7c1ef293aa02eb37d501cb5e56d82df', 1, '\x0100000001bf829c583bc4fc7f4844494824d66d8e9e382a3fc0fedbeb9b363999288fc0fc2b102361054887d72ebcc0', 1795718248, 1, 0);
INSERT INTO public.contact VALUES (100000002, 'security-email', '\xbd7dafe3f9670cb9bef4666affdce5ccf7c1ef293aa02eb37d501cb5e56d82df', 100000002, '\x010000000166d58131fccc26421d3270cf7c04d62fafcc0c6777a21931feb0dd4d2d62f6d249bd84cba6fac3dc4e0cf9', 1795718248, 1, 0);
INSERT INTO public.contact VALUES (100000002, 'secure-phone', '\x24b880aa60cd3f30855125572b47e7290ee23aa1528a0c6b47195d89475db755', 1, '\x01000000017bd3b574cd00b1e951bdfb2c92496cbb08b7b8b6a4751deebcd6ef94bc9feaeb9cb59088c04c6e10bf80', 1795718248, 1, 0);
INSERT INTO public.contact VALUES (100000003, 'account-email', '\x5d520fbd331d1a9901e526cdd2daaf3f16403305d61b78dc462fcfa07a8aa7fd', 1, '\x0100000001e51c807f280375bc2fd8d03f56e07010c58d35ec181605b7d0e94e199e510da85172d47b89ef6e6fe314dde2d5c1', 1795718248, 1, 0);
INSERT INTO public.contact VALUES (100000003, 'security-email', '\x5d520fbd331d1a9901e526cdd2daaf3f16403305d61b78dc462fcfa07a8aa7fd', 100000003, '\x01000000012f949c8637896fdff0b2779f07cb378d627e9ea5e0f3f55dc168efe1f7ab683f29073419fc5197a04940a9f086a1', 1795718248, 1, 0);
INSERT INTO public.contact VALUES (100000003, 'secure-phone', '\x6f0828b408fe34f4f2791b22f998e3c7f248b6359a5099bad41b55174cf1d028', 1, '\x010000000125697ff23da7c62bb66757a11fa357430220c5cbaa936332a02688a00113d67ff252e7e4d84d0ebad2', 1795718248, 1, 0);
INSERT INTO public.flow VALUES ('\x15d76a1ec75645b20227e167994de0c36c739e610ba092e0f5d9f26b0e119da8', 'login-code', 100000001, NULL, '\x01000000016151a704c18b614f43c13a510694050e0524378d3f57058a59984b1dd0d17117bdd17bb1689eaadef097da5b886b165b17333bb17d799e6914f52d9f39665a44d1691fa049dba86760f48aee9a01', 0, 1795718254, 1795719454, NULL);
INSERT INTO public.flow VALUES ('\x6aeab9057f83d73c98f07163ed85e1d5edb217ec5d61b860905d48966d5367de', 'identity-check', 100000001, '\xae570178a388c39eae40e803f14bd7f3c9ffdffdda0c6c555a581e02befed5f7', '\x01000000011ead55961851d3e50a54d38b40ccf4cfec6d01b89e8bb4dccd5676c4d2bc8a45e790d000cafea7fdb4fa262f552eb7f82b353cd547af5891', 0, 1795718254, 1795718854, NULL);
INSERT INTO public.message VALUES ('7dabda427944af9e16ba750ee09989e4', 'email', 0, '\x01000000012f92f9f7c363815915971953eaf4bf1d41360ddb34a94c20cc2fa798b0c331b35ef9ee369af3f4f6ceecec4e5f', '\x0100000001a8352e2fdbc746a8c17b5eb8173dddb820f52710715b9a962ff88b454f61abf2a885773338fb90d46c905b07b5428b20df8ddb32db9f2015eed6290eb7bca03986de6fd72ec22a33e46c8d0146e5276b3d1e5ed0605f22f399f75e029a53e1a0b114a28b36ee3739d364046e0b925f7d610ff32c5768ffb73942e3185a485e5adc250209cd316a83541aae5184d832', 'local', 1, 1795718551, NULL, 1795718251, 1795718251);
INSERT INTO public.message VALUES ('c6ab75f39033a12b96aecc73acb6dca2', 'sms', 0, '\x010000000163421a7b51a78fa3c0faa2a1dfc1d16faf613c93ba6f7e3e828a27f0f8e9206df9c415a3d4fb25885a42', '\x01000000013038bdf726a518b964d10539b4b310b94a5ce82da672a87d8f9ce259b1c042c440b5a6981ca4e4507bb342b521da2bc76f030ba752d5b0823558eb193414a5ea1d8555d009979a7e72118d89e52a4f1ecbe4bc720293ae92fd43bbe493a551c701141d665c44b75ffc73dc0b02467a76561b4f5b4e4db2fdd1e6362fb921b01f1c64cd94284797b44cee0c2e55b904', 'local', 1, 1795718551, NULL, 1795718251, 1795718251);
INSERT INTO public.message VALUES ('882e94593acbce15e9f0ffeb79f1563e', 'email', 1, '\x0100000001de5d501f387d71507047f32cdcf7ccae995bfdda423053489e833b43f9714cc09e8170b638acfd50ffa01f0682', '\x01000000012ad1c0e747cdef49eaf35d73f4208acadaf02d117f6cdbc5ff1388e02da6e245b17910518f2ef8314bd3a6f656e973d67065492602db44fcb5494a7b3f7840c2d4bc2baec7441f8fe4bac40dbcee3c07e4845691229e17e11eed6550ff4eb1c6efa5507d36f975', 'local', 1, 1795718554, NULL, 1795718254, 1795718254);
INSERT INTO public.otp_token VALUES ('5f36fd9477d52d2253f98bab92c00c19', '\x01000000017ea54ff7f1dad21dd3bb2d44a63875f601b807fe1f5384bcf1c51abe98f676a3b5aefab7', '\xd0fb0a8820dcc324dcd8c92193a0eeec9e38f374359f61797478790bb832dbd2', '\x0100000001ebd5e941fb8bd777c3014a1b197fdfae1084c645c250f708629565174b8a6fc1915ff038ed623f2a2aaa53251dfccc99', 'SHA1', 6, 30, -1, 0, 1795718249);
INSERT INTO public.otp_token VALUES ('f3e45dcddddcef0698a33d9c861a487a', '\x01000000011167a639d92efcb8711a00f616dec05261c85d77cee7b429b8b46795bf4a30da0538d95c', '\xd547f9b15854248482dcdc5ab4e5d7b0694a8cbc8ed6237da31708a74d09bda6', '\x0100000001522027e7f21f0d2b2390480a37d71e57b7f81dc96656f250849c6f4b27bd8f179b1a750da249558295adae6a00d4a085', 'SHA1', 6, 30, -1, 0, 1795718249);
INSERT INTO public.otp_token VALUES ('a2eec5e06475979634c1c3e669dee9d9', '\x010000000193bbc2819d2e9419614d89d44f4e47c3231248f31a2aff886c735b389608cc0042832ca2', '\x4774c838eb3af80d2a7f966c7806b485e02dc8bf74e1129cb12adaf7aa94f72b', '\x01000000016bf6cbea20e527942919de39d926a504a0958c09bf6351fd3cc75e6b2890821010fdc022e8f3e37576db76479e65b4c8', 'SHA1', 6, 60, -1, 0, 1795718249);
INSERT INTO public.schema_step VALUES (1, 1795718246);
INSERT INTO public.security_event VALUES (100000001, 1795718251, '195550e4d2f447c15a80fc59acfc4c4a', 'signed-in', '127.0.0.1', '\x0100000001de81380add9abac2cf5477a81ff5115538b85eca834e3fe183511caf3be498e02a4c4d68c52d225cbd5299c2ad');
INSERT INTO public.security_event VALUES (100000002, 1795718253, 'dbc0053d72eccefec9212e35d69c01bd', 'ticket-filed', '127.0.0.1', '\x01000000010e65c9dd11f512d13794e1cbe269f72426a58a6b67e526d964be645515b5e44d527d1df2591e2e73a430e2a6aa89987264cdb7f6ad3b3ba82869540682bb6b99ddd6c463edd401682014da537f0181531a49a5f98645f402ba4410a05152193a140acc4de4cffc1221f77e');
INSERT INTO public.security_event VALUES (100000001, 1795718253, 'fb9e99488385061f1bd4386b01ed338f', 'wrong-password', '127.0.0.1', '\x01000000017a01fd5e51b5cce93424698c243a30a943ad52166a4d768fef6d476297478bd51bbe7d3c044bf704b02bfad2ad4adb7831d57db5635830d63c');
INSERT INTO public.session VALUES ('\xae570178a388c39eae40e803f14bd7f3c9ffdffdda0c6c555a581e02befed5f7', 100000001, 'test', '127.0.0.1', NULL, 0, 1795718251, 1795718251);
INSERT INTO public.staff VALUES ('0d440698a9088c780cabe9dad8ffae25', '\x010000000179c7d3555c11a7bdcf13d70e4d9d8809a84349c87172e31281fa25bf91bdd44f83f93306c68ce88fb1d7654133712ad4', '\xbdd66ee37033a75495cd93722fb628670dc0107e5cb45128e77c055e191559b6', '\x010000000173c44a7609f3161671f65c56e81c45bb5ef22f9da94a1d1d664bd024809a23f43b13e6a8a469fbbdf8', 'reviewer supervisor', NULL, NULL, NULL, 0, '\x0964edaf32e5821e2747aaa3875ac37514e12cc3e43d54967ab30cdaa367bf1b', 1795977449, 1795718249, NULL);
INSERT INTO public.tally VALUES ('\x5ff29f7ed1ed4f66debe3f6faf3228b6384079cfbac952fc3822ee210e4eb930', 1795718253, 1795804653, 1);
INSERT INTO public.tally VALUES ('\x878024e1085f9df25430cdac7ab60be4bb394c309b3224f775ec38e64e4192ca', 1795718254, 1795804654, 1);
INSERT INTO public.tally VALUES ('\x1ab62e1cb53b95baf213caab244bf0e41810ed42603fcec3af7e1cf9cc8bb020', 1795718254, 1795804654, 1);
INSERT INTO public.tally VALUES ('\xa0626ff5ab19f09ab8e864a387b55c08008389d215a4abd46e9cf4a69f087573', 1795718254, 1795804654, 1);
INSERT INTO public.ticket VALUES ('33f676a83569e1106390b64f00f35c22', 'mfa-unbinding-individual', 'submitted', 2, 100000001, NULL, NULL, NULL, 'en', '\xbd7dafe3f9670cb9bef4666affdce5ccf7c1ef293aa02eb37d501cb5e56d82df', NULL, '\x01000000011e72abcc643f0eb87c1e9bea64b9bc44c1040500d0853cf0970c4c04a6f310f85877bec9f59c20406cc1b6b308bc70fabecbde1c9c2a3e99e90bdf2dab1f0bad568286d2142b5e771cdb14b0510501835d2baa39b6415a3461d8428d11429ea4ade47ce7bc7d602fd3edc0360abb02379337e1240d8903942040129782eaffa1c7d6aec099607a95a941ebd540a89a4b6486082b54245d1ddd046b351c853283dbadd9350a8a7be0f668acb78a6ed8c8e83a', NULL, '\x7947b0f458ec1671f1f08e5f45de9b6c60f989661ff726eccfea6312a427e0f2', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 1795718252, 1795718253, NULL, 1795718253);
INSERT INTO public.ticket_history VALUES ('33f676a83569e1106390b64f00f35c22', 1, NULL, 'draft', 'applicant', NULL, NULL, 1795718252);
INSERT INTO public.ticket_history VALUES ('33f676a83569e1106390b64f00f35c22', 2, 'draft', 'submitted', 'applicant', NULL, NULL, 1795718253);
ALTER TABLE ONLY public.account
    ADD CONSTRAINT account_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.answer
    ADD CONSTRAINT answer_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.audit_head
    ADD CONSTRAINT audit_head_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.audit_line
    ADD CONSTRAINT audit_line_pkey PRIMARY KEY (number);
ALTER TABLE ONLY public.code
    ADD CONSTRAINT code_pkey PRIMARY KEY (flow_id, slot);
ALTER TABLE ONLY public.collaborator
    ADD CONSTRAINT collaborator_address UNIQUE (owner_id, fingerprint);
ALTER TABLE ONLY public.collaborator
    ADD CONSTRAINT collaborator_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.collaborator
    ADD CONSTRAINT collaborator_place UNIQUE (owner_id, place);
ALTER TABLE ONLY public.contact_change
    ADD CONSTRAINT contact_change_pkey PRIMARY KEY (account_id, version);
ALTER TABLE ONLY public.contact
    ADD CONSTRAINT contact_pkey PRIMARY KEY (account_id, kind, fingerprint);
ALTER TABLE ONLY public.contact
    ADD CONSTRAINT contact_place UNIQUE (kind, fingerprint, place);
ALTER TABLE ONLY public.document_piece
    ADD CONSTRAINT document_piece_pkey PRIMARY KEY (document_id, begins_at);
ALTER TABLE ONLY public.document
    ADD CONSTRAINT document_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.document
    ADD CONSTRAINT document_place UNIQUE (ticket_id, place);
ALTER TABLE ONLY public.document
    ADD CONSTRAINT document_upload_key UNIQUE (upload);
ALTER TABLE ONLY public.filed_identity
    ADD CONSTRAINT filed_identity_pkey PRIMARY KEY (account_id);
ALTER TABLE ONLY public.flow
    ADD CONSTRAINT flow_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.frozen_by
    ADD CONSTRAINT frozen_by_pkey PRIMARY KEY (account_id, involved);
ALTER TABLE ONLY public.identity_check
    ADD CONSTRAINT identity_check_pkey PRIMARY KEY (session_id, action);
ALTER TABLE ONLY public.key_list
    ADD CONSTRAINT key_list_pkey PRIMARY KEY (version);
ALTER TABLE ONLY public.message
    ADD CONSTRAINT message_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.mfa_device
    ADD CONSTRAINT mfa_device_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.mfa_device
    ADD CONSTRAINT mfa_device_place UNIQUE (account_id, place);
ALTER TABLE ONLY public.mfa_device
    ADD CONSTRAINT mfa_device_token UNIQUE (token_id);
ALTER TABLE ONLY public.otp_token
    ADD CONSTRAINT otp_token_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.otp_token
    ADD CONSTRAINT otp_token_serial UNIQUE (serial_index);
ALTER TABLE ONLY public.recovery_code
    ADD CONSTRAINT recovery_code_pkey PRIMARY KEY (account_id, mac);
ALTER TABLE ONLY public.reviewer_key
    ADD CONSTRAINT reviewer_key_pkey PRIMARY KEY (recipient);
ALTER TABLE ONLY public.schema_step
    ADD CONSTRAINT schema_step_pkey PRIMARY KEY (number);
ALTER TABLE ONLY public.security_event
    ADD CONSTRAINT security_event_pkey PRIMARY KEY (account_id, happened_at, id);
ALTER TABLE ONLY public.server
    ADD CONSTRAINT server_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.session
    ADD CONSTRAINT session_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.staff
    ADD CONSTRAINT staff_fingerprint_key UNIQUE (fingerprint);
ALTER TABLE ONLY public.staff
    ADD CONSTRAINT staff_invitation_key UNIQUE (invitation);
ALTER TABLE ONLY public.staff
    ADD CONSTRAINT staff_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.staff_session
    ADD CONSTRAINT staff_session_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.sub_account
    ADD CONSTRAINT sub_account_pkey PRIMARY KEY (account_id);
ALTER TABLE ONLY public.sub_account
    ADD CONSTRAINT sub_account_place UNIQUE (owner_id, place);
ALTER TABLE ONLY public.tally
    ADD CONSTRAINT tally_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.ticket_history
    ADD CONSTRAINT ticket_history_pkey PRIMARY KEY (ticket_id, version);
ALTER TABLE ONLY public.ticket_link
    ADD CONSTRAINT ticket_link_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.ticket_mark
    ADD CONSTRAINT ticket_mark_pkey PRIMARY KEY (ticket_id, field);
ALTER TABLE ONLY public.ticket
    ADD CONSTRAINT ticket_open_key_key UNIQUE (open_key);
ALTER TABLE ONLY public.ticket
    ADD CONSTRAINT ticket_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.ticket
    ADD CONSTRAINT ticket_query_hash_key UNIQUE (query_hash);
ALTER TABLE ONLY public.trusted_device
    ADD CONSTRAINT trusted_device_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.undo_link
    ADD CONSTRAINT undo_link_pkey PRIMARY KEY (id);
CREATE INDEX account_owner ON public.account USING btree (owner_id);
CREATE INDEX answer_created ON public.answer USING btree (created_at);
CREATE INDEX collaborator_account ON public.collaborator USING btree (account_id);
CREATE INDEX collaborator_fingerprint ON public.collaborator USING btree (fingerprint);
CREATE UNIQUE INDEX contact_bound ON public.contact USING btree (account_id, kind) WHERE (bound = 1);
CREATE INDEX contact_change_until ON public.contact_change USING btree (undo_until);
CREATE INDEX document_state ON public.document USING btree (state, ticket_id);
CREATE INDEX filed_identity_number ON public.filed_identity USING btree (number_fingerprint);
CREATE INDEX flow_account ON public.flow USING btree (account_id);
CREATE INDEX flow_expires ON public.flow USING btree (expires_at);
CREATE INDEX identity_check_proven ON public.identity_check USING btree (proven_at);
CREATE INDEX message_due ON public.message USING btree (state, next_at);
CREATE INDEX session_account ON public.session USING btree (account_id);
CREATE INDEX staff_session_staff ON public.staff_session USING btree (staff_id);
CREATE INDEX tally_closes ON public.tally USING btree (closes_at);
CREATE INDEX ticket_account ON public.ticket USING btree (account_id, created_at);
CREATE INDEX ticket_due ON public.ticket USING btree (due_at);
CREATE INDEX ticket_link_expires ON public.ticket_link USING btree (expires_at);
CREATE INDEX ticket_link_ticket ON public.ticket_link USING btree (ticket_id);
CREATE INDEX ticket_queue ON public.ticket USING btree (state, changed_at);
CREATE INDEX trusted_device_account ON public.trusted_device USING btree (account_id, used_at);
CREATE INDEX undo_link_change ON public.undo_link USING btree (account_id, version);
ALTER TABLE ONLY public.account
    ADD CONSTRAINT account_owner_id_fkey FOREIGN KEY (owner_id) REFERENCES public.account(id);
ALTER TABLE ONLY public.collaborator
    ADD CONSTRAINT collaborator_account_id_fkey FOREIGN KEY (account_id) REFERENCES public.account(id);
ALTER TABLE ONLY public.collaborator
    ADD CONSTRAINT collaborator_owner_id_fkey FOREIGN KEY (owner_id) REFERENCES public.account(id);
ALTER TABLE ONLY public.contact
    ADD CONSTRAINT contact_account_id_fkey FOREIGN KEY (account_id) REFERENCES public.account(id);
ALTER TABLE ONLY public.contact_change
    ADD CONSTRAINT contact_change_account_id_fkey FOREIGN KEY (account_id) REFERENCES public.account(id);
ALTER TABLE ONLY public.document_piece
    ADD CONSTRAINT document_piece_document_id_fkey FOREIGN KEY (document_id) REFERENCES public.document(id);
ALTER TABLE ONLY public.document
    ADD CONSTRAINT document_ticket_id_fkey FOREIGN KEY (ticket_id) REFERENCES public.ticket(id);
ALTER TABLE ONLY public.filed_identity
    ADD CONSTRAINT filed_identity_account_id_fkey FOREIGN KEY (account_id) REFERENCES public.account(id);
ALTER TABLE ONLY public.frozen_by
    ADD CONSTRAINT frozen_by_account_id_fkey FOREIGN KEY (account_id) REFERENCES public.account(id);
ALTER TABLE ONLY public.mfa_device
    ADD CONSTRAINT mfa_device_account_id_fkey FOREIGN KEY (account_id) REFERENCES public.account(id);
ALTER TABLE ONLY public.mfa_device
    ADD CONSTRAINT mfa_device_token_id_fkey FOREIGN KEY (token_id) REFERENCES public.otp_token(id);
ALTER TABLE ONLY public.recovery_code
    ADD CONSTRAINT recovery_code_account_id_fkey FOREIGN KEY (account_id) REFERENCES public.account(id);
ALTER TABLE ONLY public.reviewer_key
    ADD CONSTRAINT reviewer_key_staff_id_fkey FOREIGN KEY (staff_id) REFERENCES public.staff(id);
ALTER TABLE ONLY public.security_event
    ADD CONSTRAINT security_event_account_id_fkey FOREIGN KEY (account_id) REFERENCES public.account(id);
ALTER TABLE ONLY public.session
    ADD CONSTRAINT session_account_id_fkey FOREIGN KEY (account_id) REFERENCES public.account(id);
ALTER TABLE ONLY public.staff_session
    ADD CONSTRAINT staff_session_staff_id_fkey FOREIGN KEY (staff_id) REFERENCES public.staff(id);
ALTER TABLE ONLY public.sub_account
    ADD CONSTRAINT sub_account_account_id_fkey FOREIGN KEY (account_id) REFERENCES public.account(id);
ALTER TABLE ONLY public.sub_account
    ADD CONSTRAINT sub_account_owner_id_fkey FOREIGN KEY (owner_id) REFERENCES public.account(id);
ALTER TABLE ONLY public.ticket
    ADD CONSTRAINT ticket_account_id_fkey FOREIGN KEY (account_id) REFERENCES public.account(id);
ALTER TABLE ONLY public.ticket_history
    ADD CONSTRAINT ticket_history_ticket_id_fkey FOREIGN KEY (ticket_id) REFERENCES public.ticket(id);
ALTER TABLE ONLY public.ticket_link
    ADD CONSTRAINT ticket_link_ticket_id_fkey FOREIGN KEY (ticket_id) REFERENCES public.ticket(id);
ALTER TABLE ONLY public.ticket_mark
    ADD CONSTRAINT ticket_mark_ticket_id_fkey FOREIGN KEY (ticket_id) REFERENCES public.ticket(id);
ALTER TABLE ONLY public.ticket
    ADD CONSTRAINT ticket_target_account_fkey FOREIGN KEY (target_account) REFERENCES public.account(id);
ALTER TABLE ONLY public.trusted_device
    ADD CONSTRAINT trusted_device_account_id_fkey FOREIGN KEY (account_id) REFERENCES public.account(id);
ALTER TABLE ONLY public.undo_link
    ADD CONSTRAINT undo_link_account_id_version_fkey FOREIGN KEY (account_id, version) REFERENCES public.contact_change(account_id, version);
