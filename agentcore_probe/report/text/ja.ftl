### レポートと端末の日本語の文。en.ftl と同じメッセージを持つ。

## Page
title-aws = AgentCore アクセス検証: { $environment }
title-embedded = AgentCore アクセス検証: { $environment }（AWS ではなく組み込み AgentCore）
title-recorded = AgentCore アクセス検証: { $environment }（記録の再生）
source-aws = AWS からの応答
source-embedded = 組み込み AgentCore であり AWS ではありません。このページは AWS アカウントについて何も証明しません。
source-recorded = 記録の再生です。このページのために送信したリクエストはありません。
contents = 目次
skip = 本文へ移動
language-label = 言語
language-name = 日本語
section-evidence = 実装成功の証拠
section-root-cause = エラーの真の原因
section-access-methods = 検証結果まとめ
section-checklist = 実装状況
section-conclusions = 技術的結論
section-usage = 実用的な使用方法
section-evaluation = 最終評価
section-provenance = 実行情報
provenance-environment = 環境
provenance-started = 検証日時
provenance-region = リージョン
provenance-runtime = Runtime
provenance-gateway = Gateway
provenance-caller = AWS 呼び出し元
provenance-clock = サービス側の時計の進み（このマシン比）
provenance-tool = ツール
provenance-versions = バージョン
provenance-digest = 記録のダイジェスト (SHA-256)

## Verdict
verdict-verified = 検証済み
verdict-not-verified = 検証不合格
verdict-inconclusive = 判定保留
evaluation-verified = 対象となる { $good } 件のアクセス方法は、すべて想定どおりの結果でした。
evaluation-not-verified = { $open ->
    [0] { $all } 件中 { $bad } 件のアクセス方法が想定と異なる結果でした（想定どおり { $good } 件）。
   *[other] { $all } 件中 { $bad } 件のアクセス方法が想定と異なる結果でした（想定どおり { $good } 件、判定できず { $open } 件）。
}
evaluation-inconclusive = 設定と矛盾する結果はありませんが、{ $all } 件中 { $open } 件は判定できませんでした（想定どおり { $good } 件）。
evaluation-deployed = デプロイ済みの設定のエラー: { $count } 件。
evaluation-stale = 環境ファイルの想定（expect）のうち、古くなったもの: { $count } 件。
evaluation-causes = 原因:
evaluation-carried = 判定は上記の各結果から計算しています。各結果には根拠となる通信が示されています。

## Table
table-caption = アクセス方法ごとの実際の結果と想定
column-method = アクセス方法
column-auth = 認証方式
column-result = 結果
column-expected = 想定
column-outcome = 想定どおりか
column-explanation = 説明
column-evidence = 証拠
method-gateway-jwt = Gateway MCP
method-runtime-jwt = Runtime 直接呼び出し（HTTPS）
method-runtime-sigv4 = Runtime（boto3）
method-runtime-cli = Runtime AWS CLI
method-gateway-sigv4 = Gateway MCP（署名付き）
method-runtime-jwt-raw-arn = Runtime 直接呼び出し（ARN 未エンコード）
method-gateway-anonymous = Gateway（認証情報なし）
method-runtime-anonymous = Runtime（認証情報なし）
method-gateway-jwt-forged = Gateway（偽造トークン）
method-runtime-jwt-forged = Runtime（偽造トークン）
method-gateway-jwt-id-token = Gateway（ID トークン）
method-runtime-jwt-id-token = Runtime（ID トークン）
auth-jwt = JWT Bearer
auth-forged-jwt = 偽造 JWT
auth-id-token = ID トークン
auth-sigv4 = IAM SigV4
auth-none = なし
decision-accepted = 許可
decision-refused = 拒否
decision-undecided = 判定不能
decision-none = 不明
outcome-as-expected = 想定どおり
outcome-unexpected = 想定外
outcome-error = 確認できず
outcome-not-testable = 検証不能
outcome-not-applicable = 対象外
result-nothing-sent = 送信なし
result-in-part = { $result }。ただし、あるべきものがそろっていません
status-not-shown = ステータス表示なし
fault-dns = 名前解決失敗
fault-connect = 接続失敗
fault-tls = TLS 失敗
fault-timeout = タイムアウト
fault-reset = 接続切断
fault-truncated = 応答が途中で終了
fault-too-large = 応答が大きすぎる
fault-not-http = HTTP ではない応答
fault-none = 応答なし
fine = オーソライザーを通過し、その先の処理まで到達しました。
fine-tools = オーソライザーを通過し、{ $count } 個のツールを取得しました: { $tools }
by-design = 環境ファイルでの指定: { $reason }
reason-no-prediction = デプロイ済みの設定が不明なため、想定を立てられません。
reason-no-accepted-twin = 比較の対象となる呼び出しがこの実行で一つも許可されていないため、この拒否は何の証明にもなりません。
reason-names-the-kind = 応答は認証情報の種類を理由に挙げています。対象がほかの呼び出しを受け付けることまでは、この実行では示されていません。
reason-against-prediction = 設定とクレームからの予測とは異なる結果です。
reason-no-challenge = 拒否応答に Bearer チャレンジがないため、クライアントはトークンの取得先を知ることができません。
reason-no-identity = 環境ファイルに identity がなく、送信するトークンがありません。
reason-no-token = トークンを取得できませんでした。理由はログインの応答に示されています。
reason-no-client-id = アプリクライアントの指定がなく、オーソライザーの設定からも一つに決まりません。
reason-no-token-endpoint = 発行者のディスカバリードキュメントにトークンエンドポイントがありません。
reason-no-aws-credentials = 署名に使う AWS 認証情報がありません。
reason-no-runtime = 環境ファイルに Runtime がありません。
reason-no-gateway = 環境ファイルに Gateway がありません。
reason-no-id-token = ログインで ID トークンが得られませんでした。
reason-no-jwt-authorizer = デプロイ済みのオーソライザーはトークンを検査しないため、不正なトークンを送っても何も分かりません。
reason-token-malformed = トークンが JWT ではないため、偽造トークンを作れません。
reason-aws-not-on-path = このマシンに aws コマンドがありません。
reason-aws-not-started = PATH 上の aws コマンドを起動できません。
reason-aws-broken = PATH 上の aws コマンドが、送信の前に自身のエラーで終了しました。
reason-aws-without-agentcore = このマシンの aws コマンドは bedrock-agentcore に対応していません。
reason-other = 実行していません: { $reason }

## Evidence
evidence-intro = 各結果の根拠となる通信の全記録です。認証情報は置き換えてあります。時間は実測値（ミリ秒）です。判定の決め手となった箇所を強調表示しています。
evidence-other = ディスカバリーとログイン
evidence-request = リクエスト
evidence-answer = レスポンス
evidence-time = 時間
evidence-repeat = 再現コマンド
evidence-count = 通信 { $count } 件（{ $first } 〜 { $last }）
evidence-one = 通信 1 件（{ $first }）
evidence-token = トークン（未検証）
cut-time = ストリームは時間の上限まで読み取りました。
cut-size = ストリームはサイズの上限まで読み取りました。
phase-resolve = 名前解決
phase-connect = 接続
phase-tls = TLS
phase-first_byte = 最初のバイトまで
phase-rest = 本文の受信
latency-title = アクセス方法・段階別の応答時間
latency-value = { $value } ms
latency-alt = アクセス方法ごとに、すべての通信の合計です。HTTP の呼び出しのうち、最も遅いのは { $method } の { $slowest } ミリ秒、最も速いのは { $other } の { $fastest } ミリ秒です。
latency-none = この記録には時間の測定値がありません。
matrix-title = 実際の判定（括弧内は予測または想定）
matrix-predicted = （{ $decision }）
matrix-alt-good = 試行した { $count } 件は、すべて想定どおりでした。
matrix-alt-bad = { $open ->
    [0] 試行した { $count } 件のうち { $good } 件が想定どおり、{ $bad } 件が想定と異なりました（{ $names }）。
   *[other] 試行した { $count } 件のうち { $good } 件が想定どおり、{ $bad } 件が想定と異なり（{ $names }）、{ $open } 件は判定できませんでした。
}
matrix-alt-open = 試行した { $count } 件のうち { $good } 件が想定どおりで、{ $open } 件は判定できませんでした。
matrix-none = 試行したアクセス方法はありません。
target-gateway = Gateway
target-runtime = Runtime
way-jwt = JWT
way-sigv4 = SigV4
way-cli = AWS CLI
way-jwt-raw-arn = 未エンコード ARN
way-anonymous = 認証情報なし
way-jwt-forged = 偽造 JWT
way-jwt-id-token = ID トークン
timeline-title = トークンの有効期間
timeline-issued = 発行
timeline-sent = 送信
timeline-service = サービスの時計
timeline-expires = 有効期限
timeline-alt-valid = 送信時点でトークンの残り有効時間は { $minutes } 分でした。有効期限は { $exp } です。
timeline-alt-stale = 送信時点でトークンの残り有効時間は { $seconds } 秒しかありませんでした。60 秒未満は期限切れとして扱われます。
timeline-alt-expired = サービス側の時計では、トークンの有効期限は送信の { $seconds } 秒前（{ $exp }）に切れていました。
timeline-alt-ahead = サービス側の時計は、このマシンより { $offset } 秒進んでいます。
timeline-alt-behind = サービス側の時計は、このマシンより { $offset } 秒遅れています。
timeline-none = 有効期限のあるトークンは送信されていません。

## Steps
step-discovery-document = ディスカバリードキュメント
step-signing-keys = 署名鍵（JWKS）
step-login = ログイン
step-token = トークンの取得
step-forged = 偽造: { $defect }
step-tools-page = tools/list（{ $page } ページ目）
evidence-longer = ほかに { $count } 文字あり（記録に全文）

## Sources
cite-field-reports = 現場の報告
cite-measured = requests での実測
cite-none = 手元の情報では説明できない応答
cite-nothing-fits = 該当する原因なし
cite-own-limit = このツール自身の上限
cite-documented = サービスのドキュメント

## Deployed, unreadable
unreadable-title = 読み取れなかったもの
unreadable-runtime = Runtime の設定: { $why }（必要な権限: bedrock-agentcore:GetAgentRuntime）
unreadable-gateway = Gateway の設定: { $why }（必要な権限: bedrock-agentcore:GetGateway）
unreadable-client = アプリクライアントの設定: { $why }（必要な権限: cognito-idp:DescribeUserPoolClient）
unreadable-issuer = 発行者のディスカバリードキュメントまたは JWKS: { $why }
root-cause-open = 判定できなかった行の原因（{ $count } 件）

## Root causes
root-cause-none = 失敗または拒否されたアクセス方法はなく、説明を要するものはありません。
root-cause-expected = 設定どおりの拒否と失敗（原因 { $count } 件）
root-cause-no-surprise = 想定外の結果はありません。拒否と失敗はすべて設定どおりです。
root-cause-lines = 貼り付け用コマンドと設定
root-cause-why = 理由
root-cause-fix = 対処
root-cause-rows = 該当するアクセス方法
root-cause-source = 出典
root-cause-checks = 確認した項目
root-cause-pair = 次の一点だけを変えて確定: { $factor }
root-cause-experiment = 切り分け
root-cause-recheck = この行だけを再検証
confidence-proven = 証明済み
confidence-probable = 可能性が高い
confidence-possible = 可能性あり
experiment-changed-nothing = 「{ $factor }」だけを変えて再送しましたが、やはり許可されませんでした。
fragment-cdk = CDK（TypeScript）
fragment-cloudformation = CloudFormation
experiment-would-prove = この実行では確定していません。次の一点だけを変えて同じリクエストを再送すれば証明できます: { $factor }
factor-arn-encoding = パス内の ARN のエンコード
factor-identifier = Runtime の識別子
factor-path = パス
factor-account = accountId
factor-host = ホスト
factor-region = ホストのリージョン
factor-qualifier = qualifier
factor-auth = 認証情報
factor-token = トークン
factor-session-id = セッション ID の長さ
factor-user-id = user-id ヘッダー
factor-mcp-session = Mcp-Session-Id ヘッダー
factor-mcp-version = MCP のバージョン
factor-accept = Accept ヘッダー
value-absent = なし
value-unknown = 不明
value-no-message = （メッセージなし）
check-passed = 合格
check-failed = 不合格
check-unknown = 不明
check-authorizer = オーソライザーの種類
check-arn-not-encoded = ARN がパーセントエンコードされている
check-arn-double-encoded = ARN が二重にエンコードされていない
check-arn-blank-or-padded = 識別子が空でない
check-answer-not-from-aws = AWS からの応答である
check-runtime-not-found = 応答は Runtime が存在しないとは述べていない
check-qualifier-not-found = エンドポイントが一覧にある
check-region-mismatch = ホストと ARN のリージョンが一致する
check-credential-missing = 認証情報が送信されている
check-token-malformed = トークンが JWT の形式である
check-token-expired = トークンが期限切れでない
check-token-near-expiry = トークンの残り時間が 1 分以上ある
check-token-not-yet-valid = トークンがすでに有効である
check-issuer-mismatch = iss が信頼された発行者と一致する
check-signing-key-unknown = kid が発行者の JWKS にある
check-id-token-sent = アクセストークンである
check-client-not-allowed = client_id が許可されている
check-audience-not-allowed = aud が許可されている
check-scope-missing = 必要なスコープのいずれかがある
check-custom-claim-mismatch = カスタムクレームが条件を満たす

## Checklist
checklist-caption = デプロイ済みの設定または観測結果による各項目の確認
column-item = 項目
column-state = 状態
column-proof = 根拠
done-yes = 完了
done-no = 未完了
done-unknown = この実行では未確認
item-identity-provider =
    { $client ->
        [unknown] ID プロバイダーがアプリクライアントにトークンを発行する
       *[other] ID プロバイダーがアプリクライアント { $client } にトークンを発行する
    }
item-runtime-authorizer =
    { $authorizer ->
        [unknown] Runtime のオーソライザーがデプロイ済みの設定で機能する状態である
       *[other] Runtime のオーソライザーがデプロイ済みの設定で機能する状態である（{ $authorizer }）
    }
item-gateway-authorizer =
    { $authorizer ->
        [unknown] Gateway のオーソライザーがデプロイ済みの設定で機能する状態である
       *[other] Gateway のオーソライザーがデプロイ済みの設定で機能する状態である（{ $authorizer }）
    }
item-shared-issuer = Gateway と Runtime が同じ発行者を共有している
item-gateway-jwt-works = Gateway が JWT を受け付ける
item-runtime-jwt-works = Runtime が HTTPS の直接呼び出しで JWT を受け付ける
item-oauth-settings =
    { $causes ->
        [none] トークンがすべての JWT オーソライザーの条件を満たす
       *[other] トークンがすべての JWT オーソライザーの条件を満たす（不一致: { $causes }）
    }
item-targets-ready =
    { $waiting ->
        [none] Gateway のターゲットがすべて READY である
       *[other] Gateway のターゲットがすべて READY である（READY 以外: { $waiting }）
    }
item-all-methods-tried = 対象となるアクセス方法をすべて実行した（{ $all } 件中 { $tried } 件）
deployed-title = デプロイ済みの設定で検出した問題
severity-error = エラー
severity-warning = 警告
deployed-authorizer-without-rule = { $target } のオーソライザーに条件がなく、発行者のトークンがすべて通ります。
deployed-audience-with-cognito = { $target } は allowedAudience（{ $audience }）を要求していますが、Cognito のアクセストークンには aud がありません。allowedClients を使ってください。
deployed-mmdsv2-off = Runtime が MMDSv2 を必須にしていません。2026-06-30 以降、呼び出しは 400 になります。
deployed-runtime-not-ready = Runtime の状態が READY ではなく { $status } です。
deployed-gateway-not-ready = Gateway の状態が READY ではなく { $status } です。
deployed-version-behind = エンドポイント { $endpoint } はバージョン { $live } で稼働中で、ターゲットバージョン { $target } にまだ切り替わっていません。
deployed-gateway-open = Gateway のオーソライザーが NONE です。誰でも呼び出せる状態で、背後にインターセプターもポリシーもありません。
deployed-gateway-authenticate-only = Gateway が AUTHENTICATE_ONLY です。署名が有効な AWS プリンシパルは誰でも通ります。
deployed-target-not-ready = ターゲット { $name } の状態が { $status } です。認可に問題はありませんが、そのツールは表示されません。
deployed-issuers-differ = Runtime と Gateway が異なる発行者を信頼しています: { $runtime } と { $gateway }
deployed-issuer-unreadable = ディスカバリードキュメント { $url } を読み取れませんでした（{ $why }）。
deployed-authorization-stripped = エージェントは呼び出し元のトークンを必要としますが、Runtime が Authorization を取り除いています。requestHeaderAllowlist に追加してください。
deployed-login-flow-off = アプリクライアント { $client } で USER_PASSWORD_AUTH が無効なため、この環境のログインは成功しません。
deployed-login-secret-missing = アプリクライアント { $client } にはシークレットがありますが、環境ファイルに client_secret がありません。
deployed-login-secret-unexpected = アプリクライアント { $client } にはシークレットがありませんが、環境ファイルに client_secret があります。
deployed-oauth-off = アプリクライアント { $client } の AllowedOAuthFlowsUserPoolClient が無効なため、OAuth の設定は効きません。
deployed-oauth-grant-off = アプリクライアント { $client } では client_credentials が許可されていません。
deployed-oauth-scope-off = アプリクライアント { $client } では、環境ファイルが要求するスコープが許可されていません。
deployed-no-token-endpoint = ディスカバリードキュメント { $url } にトークンエンドポイントがないため、client_credentials グラントは使えません。

## Conclusions
conclusions-caption = 各結論と、その根拠となる観測
column-claim = 結論
column-shown = 判定
column-carried = 根拠
shown-yes = 確認済み
shown-no = 反対の結果を確認
shown-unknown = この実行では未確認
claim-gateway-accepts-jwt = Gateway は JWT を受け付ける
claim-runtime-accepts-jwt = Runtime は JWT を受け付ける
claim-runtime-refuses-sigv4 = Runtime は SigV4 を拒否する
claim-gateway-refuses-sigv4 = Gateway は SigV4 を拒否する
claim-same-issuer-and-client = Gateway と Runtime は同じ発行者とクライアントを信頼する
claim-anonymous-refused = 認証情報のないリクエストは拒否される
claim-forged-refused = 偽造トークンは拒否される
claim-direct-https-call-exists = Runtime は HTTPS で直接呼び出せる
expectation-expired = { $line }: { $method } の想定（expect）は期限切れです。削除するか、改めて決めてください。
expectation-no-longer-true = { $line }: { $method } の想定（expect）は実際の結果と合わなくなりました。削除してください。
expectation-unknown-method = { $line }: { $method } というアクセス方法はありません。削除してください。

## Usage
usage-embedded = この実行の組み込み AgentCore はすでに終了しています。make local で起動すると、同じ行がそのポート番号で表示されます。
usage-intro = そのまま貼り付けて使えます。ベアラートークン付きの呼び出しは JWT_TOKEN のトークンを、署名付きの呼び出しは AWS の環境変数のアクセスキーを使います。ここに秘密情報は含まれません。
usage-gateway-curl = Gateway: ツール一覧を取得する
usage-gateway-signed = Gateway: 署名付きでツール一覧を取得する
usage-runtime-curl = Runtime: HTTPS で直接呼び出す
usage-runtime-aws = Runtime: AWS CLI で呼び出す
usage-accepted = この実行で許可を確認
usage-not-accepted = この実行では許可を未確認

## Punctuation
result = { $decision }（{ $status }）
figure-title = { $title }。

## Terminal
summary-verdict = 判定: { $verdict }。{ $sentence }
summary-only = { $method } とその判定に必要なものだけを実行しました。環境全体の評価ではありません。
summary-changed = { $id } を再送（「{ $factor }」を { $before } から { $after } に変更）: { $one } → { $other }
summary-report = レポート: { $path }
explain-head = { $cause }（{ $confidence }）、認可: { $decision }
explain-pair = { $one } と { $other } の比較で確定: 違いは一つだけで、応答が変わりました。

## Causes
cause-none = 呼び出しは想定どおりに処理されました。
    .why = オーソライザーを通過した先からの応答です。
    .fix = 対処は不要です。
cause-dns-failure = ホスト名を解決できませんでした。
    .why = 何も送信されていないため、サービスについては何も分かりません（{ $detail }）。
    .fix = ホスト名 { $host }、DNS の設定、リージョンを確認してください。
cause-connect-failure = ホストに接続できませんでした。
    .why = 何も送信されていないため、サービスについては何も分かりません（{ $detail }）。
    .fix = { $host } に到達できるか、ファイアウォール、プロキシ、VPC エンドポイントを確認してください。
cause-tls-failure = TLS ハンドシェイクに失敗しました。
    .why = 証明書を受け入れられないため、何も送信していません（{ $detail }）。
    .fix = TLS を復号するプロキシがないか確認し、その認証局をこのマシンに登録してください。検証を無効にすることはありません。
cause-timeout = 時間内に応答が完了しませんでした。
    .why = リクエストが認可されたかどうかは分かりません（{ $detail }）。
    .fix = エージェントの処理が遅い場合は [limits] seconds を増やし、そうでなければ応答を止めている原因を調べてください。
cause-connection-reset = 応答の前に接続が閉じられました。
    .why = 経路上の機器またはサービスが接続を切断しました（{ $detail }）。
    .fix = 再試行し、続く場合は接続を切るプロキシやファイアウォールを調べてください。
cause-answer-truncated = 応答が、宣言された長さに達する前に終わりました。
    .why = { $detail }。
    .fix = 再試行し、続く場合は応答を途中で切るプロキシを調べてください。
cause-answer-too-large = 応答が読み取り上限を超えました。
    .why = { $detail }。
    .fix = [limits] body_bytes を増やすか、応答が短くなる payload を指定してください。
cause-answer-not-http = HTTP ではない応答が返りました。
    .why = { $detail }。
    .fix = { $host } のスキームとポートを確認してください。
cause-answer-not-from-aws = AWS からの応答ではありません。
    .why =
        { $server ->
            [unknown] AWS の応答に付くヘッダーが一つもありません。プロキシ、ポータル、CDN などが途中で応答しています。
           *[other] AWS の応答に付くヘッダーが一つもなく、サーバー名は { $server } です。プロキシ、ポータル、CDN などが途中で応答しています。
        }
    .fix = { $host } をプロキシの対象から外すか、別のネットワークから呼び出してください。
cause-arn-not-encoded = Runtime の ARN がエンコードされずにパスに入っています。
    .why = ARN 内のスラッシュがパスの区切りになるため、どのルートにも一致せず、フロントエンドが認証情報を見る前に 404 を返します。サービスの制限ではありません。ARN をエンコードすれば、同じ URL は存在します。
    .fix = ARN 全体（{ $identifier }）のコロンとスラッシュをすべてエンコードするか、URL の組み立てをライブラリに任せてください。
cause-arn-double-encoded = Runtime の ARN が二重にエンコードされています。
    .why = サービスは一度だけデコードするため、名前の中に %3A や %2F が残ります。
    .fix = エンコードは一度だけ行ってください。
cause-arn-blank-or-padded = パス内の Runtime の識別子が空か、仮の値か、前後に空白があります。
    .why = ARN を入れるはずの変数が空、または改行や空白を含んでいます。
    .fix = 送信前に URL を表示して確認し、変数の前後の空白を取り除いてください。
cause-arn-kind-wrong = パスにある ARN は Runtime のものではありません。
    .why = { $identifier } はエンドポイントやハーネスなど、別のリソースの ARN です。
    .fix = Runtime の ARN を使い、エンドポイント名は qualifier に指定してください。
cause-path-wrong = サービスに存在しないパスまたは HTTP メソッドです。
    .why = { $method } { $path } に一致するルートがありません。
    .fix = ARN をエンコードして /runtimes/ARN/invocations に POST してください。Gateway のパスは /mcp です。
cause-account-id-missing = Runtime を ID で指定していますが、accountId がありません。
    .why = { $identifier } は ARN ではなく ID のため、どのアカウントのものか判断できません。
    .fix = ?accountId= を付けるか、エンコードした ARN を使ってください。
cause-wrong-host = コントロールプレーンとデータプレーンのホストを取り違えています。
    .why = データプレーンのパスは bedrock-agentcore に、コントロールプレーンのパスは bedrock-agentcore-control にだけ存在します。
    .fix = ホストは SDK から、または ARN のリージョンから決めてください。
cause-region-mismatch = ホストのリージョンが ARN と異なります。
    .why = ホストは { $host_region }、ARN は { $arn_region } です。
    .fix = ホストを ARN のリージョンから決めてください。
cause-qualifier-not-found = この Runtime にはエンドポイント { $qualifier } がありません。
    .why = qualifier はバージョンではなくエンドポイント名で、大文字と小文字も区別されます。
    .fix = エンドポイントの一覧を取得し、その中の名前を使ってください。
cause-runtime-not-found = この Runtime はもう存在しません。
    .why = 削除または置き換えられています。再デプロイすると ID の末尾が変わります。
    .fix = スタックの出力から ARN を読み直してください。
cause-endpoint-propagating = エンドポイントは作成直後で、まだ呼び出せません。
    .why = データプレーンへの反映は READY から 30 秒から数分遅れます。
    .fix = 間隔を広げながら最大 5 分ほど再試行してください。
cause-resource-not-ready = リソースが READY ではありません。
    .why = 状態は { $status } です。
    .fix = READY になるまで待つか、失敗の理由を確認してください。
cause-credential-missing = 認証情報のないリクエストのため、拒否されました。
    .why = Authorization ヘッダーがないか、空です。
    .fix = Authorization: Bearer に続けてトークンを送ってください。無認証のリクエストに対しては、これが望ましい応答です。
cause-bearer-placeholder = トークンの代わりに { $found } がヘッダーに入っています。
    .why = 変数が未設定か、値が入る前に文字列化されています。
    .fix = トークンがなければエラーで止め、トークンそのものではなく有無だけを表示してください。
cause-bearer-prefix-missing = Authorization ヘッダーの値が Bearer で始まっていません。
    .why = スキームはヘッダーの一部です (RFC 6750)。
    .fix = Authorization: Bearer、空白、トークンの順に書いてください。
cause-sigv4-on-jwt = SigV4 で署名した呼び出しですが、対象は JWT を受け付ける設定です。
    .why = Runtime と Gateway が受け付ける方式は一つだけです。この拒否が示すのは設定がもう一方の方式だということだけで、JWT が受け付けられることは示しません。
    .fix = HTTPS でベアラートークンを付けて呼び出してください。SDK と AWS CLI は署名しかできません。
cause-bearer-on-iam = ベアラートークン付きの呼び出しですが、対象は SigV4 を受け付ける設定です。
    .why =
        { $authorizer ->
            [unknown] SigV4 を受け付ける対象がベアラートークンに返す応答です。デプロイ済みのオーソライザーは不明です。
           *[other] デプロイ済みのオーソライザーは { $authorizer } です。
        }
    .fix = リクエストに署名する（boto3 が行います）か、customJWTAuthorizer をデプロイしてください。
cause-token-malformed = トークンが JWT の形式ではありません。
    .why = JWT は base64url の三つの部分からなり、最初の二つは JSON ですが、この文字列は違います。
    .fix = トークンの読み取り方を確認してください（途中で切れている、引用符付き、別のフィールドなど）。
cause-token-expired = トークンの有効期限が切れています。
    .why = exp は { $exp }、サービス側の時刻は { $now } でした。
    .fix =
        { $skew ->
            [unknown] 実行のたびに新しいトークンを取得してください。Cognito の既定の有効期間は 60 分です。
           *[other] まず時計を合わせてください。サービス側とこのマシンの時計が { $skew } 秒ずれているため、新しいトークンも同じように拒否されます。
        }
cause-token-near-expiry = トークンの残り時間が 1 分未満です。
    .why = サービスは残り時間が約 60 秒未満のトークンを期限切れとして扱います（exp { $exp }、現在 { $now }）。
    .fix = 残り時間が 2 分を切る前に更新してください。
cause-token-not-yet-valid = トークンはまだ有効ではありません。
    .why = nbf は { $nbf }、時刻は { $now } でした。
    .fix = 発行者とこのマシンの時計を確認してください。
cause-issuer-mismatch = オーソライザーが信頼する発行者とは別の発行者のトークンです。
    .why = iss: { $found }、ディスカバリードキュメント: { $wanted }。
    .fix = 信頼されたプールのトークンを使うか、discoveryUrl をトークンの発行者に合わせてください。
cause-signing-key-unknown = トークンの kid が発行者の JWKS に見つかりません。
    .why = kid: { $found }、JWKS: { $wanted }。
    .fix = 新しいトークンを取得してください。それでも続く場合は、別のプールのトークンであるか、鍵がローテーションされています。
cause-signature-invalid = トークンの署名が正しくありません。
    .why =
        { $defect ->
            [unknown] 発行者とクレームは合っていますが、サービスが署名を受け入れません。
           *[other] 発行者とクレームは合っていますが、サービスが署名を受け入れません（意図的な偽造: { $defect }）。
        }
    .fix = 経路の途中でトークンが変わっていないか調べてください。偽造トークンに対しては、これが望ましい応答です。
cause-id-token-sent = アクセストークンが必要なところに ID トークンが送られています。
    .why = ID トークンには client_id がなく、allowedClients は { $wanted } を要求しています。
    .fix = 同じログインの IdToken ではなく AccessToken を送ってください。
cause-client-not-allowed = トークンのアプリクライアントが許可されていません。
    .why = client_id: { $found }、allowedClients: { $wanted }。cid、appid、azp などのクレームは対象になりません。
    .fix = allowedClients にクライアントを追加するか、許可されたクライアントのトークンを使ってください。
cause-audience-not-allowed = トークンの audience が許可されていません。
    .why = aud: { $found }、allowedAudience: { $wanted }。Cognito のアクセストークンには aud がありません。
    .fix = Cognito のアクセストークンには、allowedAudience ではなく allowedClients を使ってください。
cause-scope-missing = 必要なスコープがトークンに一つもありません。
    .why = scope: { $found }、必要なスコープ: { $wanted }。パスワードログインで得られるのは aws.cognito.signin.user.admin だけです。
    .fix = client_credentials グラントでスコープを要求するか、allowedScopes を変更してください。
cause-custom-claim-mismatch = カスタムクレームが条件を満たしません。
    .why = { $claim }: { $found }、条件: { $operator } { $wanted }。
    .fix = トークンにクレームを追加する（トークン生成前トリガー）か、条件を変更してください。
cause-workload-binding = この Runtime は Gateway 経由の呼び出しだけを受け付けます。
    .why = allowedWorkloadConfiguration に { $wanted } が設定されており、直接呼び出しは失敗するのが正しい動作です。
    .fix = Gateway 経由で呼び出すか、設定を外してください。
cause-iam-not-allowed = 署名は正しいものの、呼び出し元に権限がありません。
    .why = { $message }
    .fix = 拒否しているポリシーで、このリソースに対するアクションを許可してください（{ $policy ->
        [caller] 呼び出し元のポリシー
        [unknown] 呼び出し元のポリシー
       *[other] { $policy }。呼び出し元のポリシーの Allow だけでは足りません
    }）。
cause-iam-user-id-not-allowed = user-id ヘッダーには専用の権限が必要です。
    .why = { $message }
    .fix = bedrock-agentcore:InvokeAgentRuntimeForUser を許可するか、ヘッダーを外してください。
cause-aws-key-unknown = AWS がこのアクセスキーを認識していません。
    .why = { $message }
    .fix = 使用中のプロファイルを確認してください。キーが削除済みか、別のパーティションのものかもしれません。
cause-aws-signature-invalid = 署名がリクエストと一致しません。
    .why = { $message }
    .fix = シークレットキーと、署名後にリクエストが変更されていないことを確認してください。
cause-aws-token-expired = AWS のセッショントークンの期限が切れています。
    .why = { $message }
    .fix = ログインし直してください（aws sso login、またはロールの再引き受け）。
cause-aws-clock-skew = このマシンの時計がずれています。
    .why = { $message } 署名の有効期間は 5 分です。
    .fix = 時計を合わせてください (NTP)。
cause-refused-unexplained = 手元で確認できる項目はすべて合格ですが、拒否されました。
    .why = 確認できなかったもの: 直前のオーソライザー変更、リソースポリシー、WAF、インターセプター。サービスの応答: { $message }
    .fix = メトリクス InboundAuthorizationFailure の ExceptionType と、リソースポリシーを確認してください。
cause-session-id-length = Runtime のセッション ID が 33〜256 文字ではありません。
    .why = 長さは { $length } です。AWS 公式ドキュメントのサンプルは 14 文字の ID を送っています。
    .fix = 接頭辞付きの UUID を送るか、ヘッダーを外してください。
cause-mmdsv2-required = Runtime で MMDSv2 が有効になっていません。
    .why = 2026-06-30 以降、このような Runtime は拒否されます: { $message }
    .fix = アーティファクト、ロール、オーソライザーを維持したまま requireMMDSV2 を有効にして更新してください。
cause-payload-rejected = リクエストの内容をサービスが受け付けませんでした。
    .why = { $message }
    .fix = メッセージが指す箇所を修正してください。
cause-accept-header = Accept ヘッダーに二つのメディアタイプの一方がありません。
    .why = MCP の Runtime は application/json と text/event-stream の両方を要求します。
    .fix = Accept: application/json, text/event-stream を送ってください。
cause-session-conflict = セッションが使用中です。
    .why = { $message }
    .fix = 少し待って再試行してください。HTTPS で直接呼び出す場合、再試行は呼び出し側で実装する必要があります。
cause-quota-exceeded = アカウントのクォータを使い切っています。
    .why = { $message }
    .fix = 使っていないセッションを停止するか、クォータの引き上げを申請してください。
cause-throttled = 呼び出しがスロットリングされました。
    .why = { $message } 認可については何も分かりません。
    .fix = 少し待って再試行してください。
cause-service-fault = サービス側の障害です。
    .why = { $message } 認可については何も分かりません。
    .fix = 再試行し、続く場合はリクエスト ID を添えて AWS に問い合わせてください。
cause-gateway-timeout = エージェントのコンテナが時間内に応答しませんでした。
    .why = 認可は通過しています。コンテナが待ち受けていない、ポートが違う、アーキテクチャが違うなどの原因が考えられます。
    .fix = Runtime のログを確認してください。
cause-container-failed = 認可は通過しましたが、エージェントのコンテナが失敗しました。
    .why = { $message }
    .fix = Runtime のログを確認してください（環境変数の不足、異常終了、設定と異なるプロトコルなど）。
cause-gateway-session-missing = Gateway はセッションを使う設定ですが、Mcp-Session-Id がありません。
    .why = sessionConfiguration があると、initialize より後のすべてのリクエストにセッション ID が必要です。
    .fix = initialize の応答にある Mcp-Session-Id ヘッダーを保持し、以降のリクエストに付けてください。
cause-gateway-session-expired = Gateway がこのセッションを認識していません（期限切れの可能性があります）。
    .why = セッションには期限があり、一人のユーザーに紐付いています: { $session }
    .fix = initialize をやり直してください。
cause-insufficient-scope = Gateway が要求するスコープがトークンにありません。
    .why = 必要なのは { $wanted }、トークンにあるのは { $found } です。
    .fix = ID プロバイダーにそのスコープを要求してください。
cause-protocol-version-unsupported = Gateway はこの MCP バージョンに対応していません。
    .why = 要求したのは { $asked }、対応しているのは { $supported } です。
    .fix = 対応バージョンを送るか、supportedVersions に追加してください。
cause-target-unknown = Gateway にそのターゲットはありません。
    .why =
        { $tool ->
            [unknown] 呼び出しはターゲット { $target } を指しています。
           *[other] ツール { $tool } はターゲット { $target } を指しています。
        }
    .fix = ツールの一覧を取得し、その中の名前（TARGET___TOOL）を使ってください。
cause-target-not-ready = Gateway のターゲットが準備できておらず、そのツールが表示されません。
    .why = ターゲット { $target } の状態は { $status } です。認可に問題はありません。
    .fix = ターゲットの状態の理由を確認し、同期し直してください。
cause-tool-failed = ツール自体が失敗しました。認可は通過しています。
    .why =
        { $tool ->
            [unknown] { $message }
           *[other] { $tool }: { $message }
        }
    .fix = exceptionLevel を DEBUG にしてもう一度呼び出してください。
cause-search-disabled = 検索ツールが無効になっています。
    .why = { $tool } には searchType SEMANTIC が必要です。
    .fix = searchType を SEMANTIC にするか、呼び出さないでください。
cause-open-endpoint = 有効な認証情報がないまま許可されました（誰でも呼び出せる状態です）。
    .why =
        { $defect ->
            [unknown] オーソライザーが NONE か、機能していません。
           *[other] オーソライザーが NONE か、機能していません（偽造トークン: { $defect }）。
        }
    .fix = オーソライザーを設定してください。Gateway のオーソライザーの種類は後から変更できないため、Gateway の作り直しが必要です。
cause-authenticate-only = 許可されましたが、確認されたのは署名だけです。
    .why = AUTHENTICATE_ONLY では、どの AWS プリンシパルも通ります。
    .fix = AWS_IAM を使うか、背後にインターセプターまたはポリシーを置いてください。
cause-auth-flow-disabled = このアプリクライアントでは、このログイン方式が無効です。
    .why = { $message }
    .fix =
        { $client ->
            [unknown] アプリクライアントの ExplicitAuthFlows に ALLOW_USER_PASSWORD_AUTH を追加してください。
           *[other] クライアント { $client } の ExplicitAuthFlows に ALLOW_USER_PASSWORD_AUTH を追加してください。
        }
cause-secret-hash-missing = アプリクライアントにシークレットがありますが、SECRET_HASH がありません。
    .why = { $message }
    .fix = [identity] client_secret を指定するか、シークレットのないクライアントを使ってください。
cause-secret-hash-unexpected = アプリクライアントにシークレットがないのに、SECRET_HASH が送られました。
    .why = { $message }
    .fix = [identity] client_secret を削除してください。
cause-secret-hash-wrong = SECRET_HASH が一致しません。
    .why = { $message }
    .fix = client_secret を確認してください。ハッシュの対象はユーザー名とクライアント ID です。
cause-wrong-password = ユーザー名またはパスワードが違います。
    .why = { $message } 存在しないユーザーに対しても、Cognito は同じ応答を返します。
    .fix = 恒久的なパスワードを設定し直してください。
cause-password-change-required = ユーザーは先に新しいパスワードを設定する必要があります。
    .why = Cognito はトークンなしで 200 と NEW_PASSWORD_REQUIRED を返しています。
    .fix = 恒久的なパスワードを設定してください。
cause-mfa-required = このユーザーには MFA（多要素認証）が必要です。
    .why = Cognito はトークンなしで 200 とチャレンジを返しています。
    .fix = MFA のないユーザーで検証してください。
cause-user-not-confirmed = ユーザーが確認済みではありません。
    .why = { $message }
    .fix = ユーザーを確認済みにしてください。
cause-password-reset-required = ユーザーのパスワードをリセットする必要があります。
    .why = { $message }
    .fix = 恒久的なパスワードを設定してください。
cause-client-not-found = アプリクライアントがこのプールまたはリージョンにありません。
    .why = { $message }
    .fix = client_id とユーザープールのリージョンを確認してください。
cause-oauth-client-invalid = トークンエンドポイントがこのクライアントまたはシークレットを認識していません。
    .why = { $message }
    .fix = client_id と client_secret を確認してください。
cause-oauth-grant-not-allowed = このアプリクライアントでは、このグラントを使えません。
    .why = { $message }
    .fix = AllowedOAuthFlows に client_credentials を、AllowedOAuthFlowsUserPoolClient に true を設定してください。
cause-oauth-scope-invalid = このアプリクライアントは、このスコープを要求できません。
    .why = { $message }
    .fix = AllowedOAuthScopes にスコープを追加するか、別のスコープを要求してください。
cause-unexplained = 既知の原因では、この応答を説明できません。
    .why =
        { $status ->
            [unknown] 確認した項目は一覧のとおりです。
           *[other] 確認した項目は一覧のとおりです。応答は { $status } でした。
        }
    .fix = この通信の記録を保存して問い合わせてください。コントロールプレーンを読み取れるようにすると、さらに多くを確認できます。
