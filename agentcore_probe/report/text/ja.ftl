### レポートとターミナルに表示する日本語の文。メッセージは en.ftl と同じ。

## Page
title-aws = AgentCore アクセス検証: { $environment }
title-embedded = AgentCore アクセス検証: { $environment }（AWS ではなく組み込み AgentCore）
title-loopback = AgentCore アクセス検証: { $environment }（AWS ではなく、このマシン上の別のエンドポイント）
title-proxied = AgentCore アクセス検証: { $environment }（プロキシ経由）
title-recorded = AgentCore アクセス検証: { $environment }（記録の再生）
source-aws = AWS からの応答
source-embedded = AWS ではなく組み込み AgentCore による結果です。AWS アカウントの検証結果にはなりません。
source-loopback = AWS ではなく、このマシン上の別のエンドポイントからの応答です。AWS アカウントについては何も証明しません。
source-proxied = 応答を書き換えた可能性のあるプロキシを経由しています。AWS からの応答であるとは証明できません。
source-recorded = 記録を再生したページです。このページのために送信したリクエストはありません。
contents = 目次
skip = 本文へ移動
language-label = 言語
language-name = 日本語
section-evidence = 検証の証拠（通信記録）
section-root-cause = 失敗の根本原因
section-access-methods = 検証結果まとめ
section-callers = 呼び出し元
section-policy = ポリシーエンジンの下のツール
section-clients = MCP クライアントは接続できるか
section-checklist = 実装状況
section-conclusions = 技術的結論
section-usage = 実際の呼び出し方
section-evaluation = 最終評価
section-provenance = 実行情報
provenance-environment = 環境
provenance-started = 検証日時
provenance-region = リージョン
provenance-runtime = Runtime
provenance-gateway = Gateway
provenance-caller = AWS 呼び出し元
provenance-clock = サービス側の時計（このマシンとの差）
provenance-tool = ツール
provenance-versions = バージョン
provenance-digest = 記録のダイジェスト（SHA-256）

## Verdict
verdict-verified = 検証合格
verdict-not-verified = 検証不合格
verdict-inconclusive = 判定保留
verdict-partial = 部分的な検証
evaluation-verified = { $good ->
    [1] 対象となるアクセス方法は 1 件で、想定どおりの結果でした。
   *[other] 対象となる { $good } 件のアクセス方法は、すべて想定どおりの結果でした。
}
evaluation-not-verified = { $all ->
    [1] { $bad ->
        [0] { $open ->
            [0] 対象となるアクセス方法は 1 件で、想定どおりの結果でした。
           *[other] 対象となるアクセス方法は 1 件で、判定できませんでした。
        }
       *[other] 対象となるアクセス方法は 1 件で、想定と異なる結果でした。
    }
   *[other] { $bad ->
        [0] { $open ->
            [0] 対象となる { $all } 件のアクセス方法は、すべて想定どおりの結果でした。
           *[other] { $good ->
                [0] 対象となる { $all } 件のアクセス方法は、いずれも判定できませんでした。
               *[other] 対象となる { $all } 件のアクセス方法のうち、{ $good } 件が想定どおりで、{ $open } 件は判定できませんでした。
            }
        }
       *[other] { $open ->
            [0] { $good ->
                [0] { $all } 件のアクセス方法は、すべて想定と異なる結果でした。
               *[other] { $all } 件中 { $bad } 件のアクセス方法が想定と異なる結果でした（想定どおり { $good } 件）。
            }
           *[other] { $good ->
                [0] { $all } 件中 { $bad } 件のアクセス方法が想定と異なる結果で、{ $open } 件は判定できませんでした。
               *[other] { $all } 件中 { $bad } 件のアクセス方法が想定と異なる結果でした（想定どおり { $good } 件、判定できず { $open } 件）。
            }
        }
    }
}
evaluation-inconclusive = { $all ->
    [0] 対象となるアクセス方法がありませんでした。
    [1] { $open ->
        [0] 対象となるアクセス方法は 1 件で、想定どおりの結果でした。
       *[other] 設定と矛盾する結果はありませんが、対象となる 1 件のアクセス方法を判定できませんでした。
    }
   *[other] { $open ->
        [0] 対象となる { $good } 件のアクセス方法は、すべて想定どおりの結果でした。
       *[other] { $good ->
            [0] 設定と矛盾する結果はありませんが、{ $all } 件のアクセス方法をいずれも判定できませんでした。
           *[other] 設定と矛盾する結果はありませんが、{ $all } 件中 { $open } 件のアクセス方法を判定できませんでした（想定どおり { $good } 件）。
        }
    }
}
evaluation-callers = { $bad ->
    [0] { $open ->
        [0] 呼び出し元（{ $callers } 件）の結果 { $all } 件は、すべて期待どおりです。
       *[other] 呼び出し元（{ $callers } 件）の結果 { $all } 件のうち、{ $open } 件は判定できませんでした。
    }
   *[other] 呼び出し元（{ $callers } 件）の結果 { $all } 件のうち、{ $bad } 件が期待と異なります{ $open ->
            [0] 。
           *[other] （判定できず { $open } 件）。
        }
}
evaluation-deployed = デプロイ済みの設定に { $count } 件のエラーがあります。
evaluation-stale = 環境ファイルの想定（expect）のうち { $count } 件が期限切れか無効です。
evaluation-unmet = 環境ファイルの想定（expect）のうち { $count } 件が満たされていません。
evaluation-partial = 検証したのは { $method } と、その判定に必要なアクセス方法だけです。環境全体の判定ではありません。
evaluation-carried = 判定は上記の各結果から計算しています。各結果には、根拠となる通信を示しています。

## What to do now
actions-title = 次に行うこと
actions-none = 必要な対応はありません。
action-owner-you = 検証の実施者
action-owner-account-administrator = アカウント管理者
action-owner-aws = AWS
action-other = このアクセス方法を検証できるようにしてください。
action-command = 貼り付け用のコマンド
action-check = 確認方法

## Table
table-caption = アクセス方法ごとの実際の結果と想定
aws-login = AWS 認証情報: { $problem }
column-caller = 呼び出し元
column-tools = 一覧のツール
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
method-runtime-cli = Runtime（AWS CLI）
method-gateway-sigv4 = Gateway MCP（署名付き）
method-runtime-jwt-raw-arn = Runtime 直接呼び出し（ARN 未エンコード）
method-gateway-anonymous = Gateway（認証情報なし）
method-runtime-anonymous = Runtime（認証情報なし）
method-gateway-policy-jwt = Gateway ツール（ポリシー）
method-gateway-policy-sigv4 = Gateway ツール（ポリシー、IAM）
method-gateway-jwt-forged = Gateway（偽造トークン）
method-runtime-jwt-forged = Runtime（偽造トークン）
method-gateway-jwt-id-token = Gateway（ID トークン）
method-runtime-jwt-id-token = Runtime（ID トークン）
method-gateway-to-runtime-jwt = Gateway 経由の Runtime
method-gateway-to-runtime-sigv4 = Gateway 経由の Runtime（署名付き）
method-gateway-to-runtime-anonymous = Gateway 経由の Runtime（認証情報なし）
method-gateway-to-runtime-jwt-forged = Gateway 経由の Runtime（偽造トークン）
method-gateway-passthrough-jwt = Gateway パススルー
method-gateway-passthrough-sigv4 = Gateway パススルー（署名付き）
method-gateway-passthrough-anonymous = Gateway パススルー（認証情報なし）
method-harness-jwt = ハーネス
method-harness-sigv4 = ハーネス（署名付き）
method-harness-anonymous = ハーネス（認証情報なし）
method-harness-jwt-forged = ハーネス（偽造トークン）
method-registry-mcp-jwt = レジストリ MCP
method-registry-mcp-sigv4 = レジストリ MCP（署名付き）
method-registry-mcp-anonymous = レジストリ（認証情報なし）
method-registry-mcp-jwt-forged = レジストリ（偽造トークン）
auth-jwt = JWT Bearer
auth-forged-jwt = 偽造 JWT
auth-id-token = ID トークン
auth-sigv4 = IAM SigV4
auth-none = なし
decision-accepted = 許可
decision-refused = 拒否
decision-undecided = 認可判定なし
decision-none = –
decision-in-part = 一部許可
outcome-as-expected = 想定どおり
outcome-unexpected = 想定外
outcome-error = 判定できず
outcome-not-testable = 検証不可
outcome-not-applicable = 対象外
result-refused-at-login = ログインで拒否
result-nothing-sent = 送信なし
result-in-part = { $result }。ただし、ツールの不足など、認可後の処理に問題があります
status-not-shown = ステータス表示なし
fault-setup = 未送信（このマシンの設定）
fault-proxy = プロキシの失敗
fault-dns = 名前解決失敗
fault-connect = 接続失敗
fault-tls = TLS 失敗
fault-timeout = タイムアウト
fault-reset = 接続切断
fault-truncated = 応答が途中で終了
fault-too-large = 応答が大きすぎる
fault-not-http = HTTP ではない応答
fault-request-limit = 未送信
fault-http2-only = HTTP/2 のみ
fault-none = 応答なし
fine = 呼び出しは認可され、呼び出し先から応答がありました。
fine-tools = 呼び出しは認可され、{ $count } 個のツールを取得しました: { $tools }
by-design = 環境ファイルで想定している結果です（{ $reason }）。
reason-no-prediction = デプロイ済みの設定が不明なため、想定を立てられません。
    .fix = { $target ->
        [harness] 結果を設定と比較できるように、bedrock-agentcore:GetHarness を呼び出し元に許可してください。
        [registry] 結果を設定と比較できるように、agent-registry:GetRegistry を呼び出し元に許可してください。
       *[unknown] 結果を設定と比較できるように、bedrock-agentcore:GetAgentRuntime と bedrock-agentcore:GetGateway を呼び出し元に許可してください。
    }
reason-no-gateway-id = Gateway の URL に ID が含まれていないため、Gateway の設定を読み取っていません。
    .fix = 結果を設定と比較できるように、環境ファイルの [gateway] には url ではなく id を指定してください。
reason-refused-at-login = 発行者がこの呼び出し元のログインを拒否しているため、トークンを送信できませんでした。
    .fix = この呼び出し元がログインできるようにするか、expect = "refused" と記述してください。
reason-refused-by-mistake = この理由ではどの呼び出し元も拒否されるため、この拒否からは呼び出し元について何も分かりません。
    .fix = この呼び出し元の有効な認証情報を用意してください。
reason-rules-let-in = 拒否すべき呼び出し元ですが、デプロイ済みのルールでは許可されます。AgentCore はトークンの署名とクレームを検証するだけで、発行者に改めて問い合わせることはありません。
    .fix = この呼び出し元が拒否されるようにオーソライザーのルールやポリシーを厳しくするか、環境ファイルの expect を修正してください。
reason-engine-only-logs = ポリシーエンジンはログに記録するだけ（LOG_ONLY）なので、どのポリシーもこの呼び出し元によるツールの利用を拒否しません。
    .fix = 必要な許可がポリシーに揃ったらポリシーエンジンのモードを ENFORCE にするか、環境ファイルの expect を修正してください。
reason-no-accepted-twin = この実行では比較できる呼び出しが一つも許可されていないため、この拒否だけでは証拠になりません。
    .fix = 呼び出し先が許可する認証情報を用意してください。拒否が証拠になるのは、許可された呼び出しがある場合だけです。
reason-no-encoded-call = この実行では、エンコードした ARN での呼び出しが一つも許可されていないため、この 404 だけでは証拠になりません。
reason-names-the-kind = 応答は認証情報の種類を理由に挙げています。別の種類なら許可されることまでは、この実行からは分かりません。
reason-against-prediction = 設定とトークンのクレームから予測した結果と異なります。
    .fix = 設定されたルール以外の何が判断しているかを調べてください（反映中の変更、キャッシュ、プロキシ、インターセプターなど）。
reason-tools-against-policies = ツールの一覧または呼び出しの結果が、ポリシーから予測される結果と異なります。
    .fix = 結果が異なるツールを、表に示したポリシーと照合してください。ポリシーが変更された直後か、クレームの形式が想定と異なる可能性があります。
reason-no-challenge = 拒否応答に Bearer チャレンジがないため、クライアントはトークンの取得先を知ることができません。
    .fix = サービスの手前で応答している機器が、401 の WWW-Authenticate ヘッダーをそのまま返すようにしてください。
reason-no-identity = 環境ファイルに [identity] がなく、送信するトークンがありません。
    .fix = 環境ファイルに [identity] を追加してください。
reason-no-token = トークンを取得できませんでした。理由はログインの応答にあります。
    .fix = ログインの応答を確認し、[identity] を修正してください。
reason-no-client-id = 環境ファイルにアプリクライアントの指定がなく、オーソライザーの設定からも一つに決まりません。
    .fix = [identity] に client_id を追加してください。
reason-no-token-endpoint = 発行者のディスカバリードキュメントにトークンエンドポイントがありません。
    .fix = 発行者のディスカバリードキュメントで token_endpoint を公開するか、別のログインフローを使ってください。
reason-no-authorization-endpoint = 発行者のディスカバリードキュメントに認可エンドポイントがないため、ブラウザーでログインできません。
    .fix = Cognito ユーザープールにドメインを設定するか、別のログインフローを使ってください。
reason-endpoint-not-safe = 認可サーバーのメタデータに、平文の http のエンドポイント、フラグメント（#）の付いたエンドポイント、または別のマシンが示したこのマシン自身のエンドポイントがあります。そこには何も送信していません。
    .fix = メタデータには、認可サーバーの https の URL をフラグメントなしで公開してください。
reason-no-registration-endpoint = 認可サーバーのメタデータに登録エンドポイントがないため、クライアントは自身を登録できません。
    .fix = ID プロバイダーで動的クライアント登録を有効にするか、既存のアプリクライアントを --client-id で指定してログインしてください。
reason-registration-unusable = 登録の応答に、使用できる client_id がないか、送信できない client_secret があります。
    .fix = ID プロバイダーの登録エンドポイントを修正するか（RFC 7591 section 3.2.1）、既存のアプリクライアントを --client-id で指定してログインしてください。
reason-no-login-needed = ターゲットは認証情報のない呼び出しを受け入れるため、クライアントはログインしません。
    .fix = 公開するつもりがなければ、ターゲットに JWT のオーソライザーを設定してください。
reason-no-device-endpoint = 発行者のディスカバリードキュメントにデバイス認可エンドポイントがありません。
    .fix = 別のログインフローを使ってください。このマシンでブラウザーを開ける場合は flow = "authorization-code" です。
reason-no-client-secret = クライアントシークレットが分かりません。環境ファイルに client_secret がなく、読み取りもできませんでした。
    .fix = [identity] に client_secret を指定してください。Cognito が Secrets Manager に保管している場合は、代わりに cognito-idp:DescribeUserPoolClient と secretsmanager:GetSecretValue を呼び出し元に許可してください。
reason-client-secret-denied = アプリクライアントのシークレットは Secrets Manager にあり（ClientSecretArn）、呼び出し元には読み取る権限がありません。
    .fix = 呼び出し元に、シークレットに対する secretsmanager:GetSecretValue（カスタマー管理キーの場合は kms:Decrypt も）を許可するか、[identity] に client_secret を指定してください。
reason-client-secret-unreadable = アプリクライアントのシークレットは Secrets Manager にありますが（ClientSecretArn）、読み取れませんでした。
    .fix = シークレットが存在し、Cognito が書き込んだとおり clientSecretValue を含む JSON であることを確認するか、[identity] に client_secret を指定してください。
reason-needs-person = このログインには人の操作が必要ですが、ターミナルがありません。
    .fix = ターミナルで実行するか、[identity] に flow = "refresh-token" または "token" を設定してください。
reason-login-timeout = 時間内にログインが完了しませんでした。
    .fix = もう一度実行してください。ログインページにエラーが表示された場合は、それが原因です。リダイレクト URI が未登録の場合は、ログイン URL の redirect_uri をそのままアプリクライアントに追加してください。制限時間は [limits] login_seconds で延ばせます。
reason-state-mismatch = ブラウザーが別のログインの応答（state）を返したため、使用しませんでした。
    .fix = もう一度実行し、この実行が表示した URL でのみログインしてください。
reason-issuer-mismatch = ブラウザーが、ディスカバリードキュメントとは異なる発行者（iss）から戻ったため、認可コードを使用しませんでした。
    .fix = [identity] discovery_url を確認してください。そのドキュメントの issuer は、ログイン先と同じでなければなりません。
reason-iss-missing = 認可サーバーはメタデータで iss に対応すると示していますが、ブラウザーは iss なしで戻りました。このため、応答を使用しませんでした。
    .fix = ID プロバイダーのリダイレクトに iss を付けるか（RFC 9207）、メタデータから authorization_response_iss_parameter_supported を削除してください。
reason-iss-mismatch = ブラウザーが戻ったときの iss が、認可サーバーのメタデータにある発行者と異なるため、応答を使用しませんでした。
    .fix = ID プロバイダーが、メタデータの issuer と 1 文字も違わない値を iss として返すようにしてください（RFC 9207）。すでにそうなっている場合は、別のサーバーが応答しています。このコマンドが表示した URL でのみログインしてください。
reason-no-code = ブラウザーは認可コードもエラーも持たずに戻ったため、トークンと交換できるものがありません。
    .fix = ID プロバイダーが response_type=code に対し、リダイレクト URI のクエリで code と state を返すようにしてください（RFC 6749 section 4.1.2）。
reason-nonce-mismatch = ID トークンが別のログインのもの（nonce）であるため、トークンを使用しませんでした。
    .fix = もう一度実行してください。繰り返す場合は、プロバイダーまたはプロキシがリクエストの nonce を返していません。
reason-another-person = username とは別の人がログインしたため、トークンを使用しませんでした。
    .fix = ログイン URL をプライベートウィンドウで開いて該当の人としてログインするか、[identity] の username を修正してください。
reason-device-code-expired = 期限までにコードが入力されませんでした。
    .fix = もう一度実行し、表示されたコードを入力してください。
reason-discovery-unreadable = 発行者のディスカバリードキュメントを読み取れなかったため、トークンエンドポイントが分かりません。
    .fix = [identity] discovery_url と、この環境から到達できることを確認してください。
reason-gateway-url-unknown = Gateway の URL が分かりません。設定を読み取れず、データプレーンのベース URL も AWS のものではありません。
    .fix = [gateway] に url を追加するか、Gateway の設定を読み取れるようにしてください。
reason-not-a2a = Runtime のプロトコルが A2A ではないため、エージェントカードはありません。
reason-no-session-ports = Runtime に allowedPorts が設定されていないためセッションのエンドポイントがないか、設定を読み取れませんでした。
reason-no-accepted-invocation = この実行では呼び出しが 1 回も受け付けられていないため、エンドポイントを呼び出せるセッションがありません。
    .fix = Runtime が受け付ける認証情報を指定してください。
reason-no-session-endpoint = allowedPorts が設定されていますが、受け付けられた呼び出しの応答にセッションのエンドポイントの URL がありません。
    .fix = 呼び出しの応答に X-Amzn-Bedrock-AgentCore-Runtime-Session-Endpoint-Url があるか確認してください。allowedPorts の設定前に始まったセッションにはありません。
reason-foreign-session-endpoint = セッションのエンドポイントの URL が AgentCore のものと確認できないホストを指しているため、認証情報を送信していません。
reason-no-runtime = 環境ファイルに Runtime がありません。
reason-no-policy-engine = Gateway にポリシーエンジンがありません。
reason-no-harness = 環境ファイルにハーネスがありません。
reason-no-registry = 環境ファイルにレジストリがありません。
reason-harness-not-invoked = 許可される可能性のある呼び出しは送っていません。許可されるとエージェントが動き、モデルのトークン料金がかかるためです。許可された呼び出しがないため、拒否だけでは十分な証拠になりません。
    .fix = [harness] に invoke = true を追加してください。1 ターン、最大 16 トークンの呼び出しを 1 回行います。
reason-no-gateway = 環境ファイルに Gateway がありません。
reason-gateway-without-mcp = この Gateway には protocolType がないため、MCP エンドポイントはありません。呼び出しはターゲットに転送されます。
reason-no-runtime-target = 環境ファイルの Runtime に転送するターゲットが、この Gateway にありません。
reason-no-passthrough = 環境ファイルに [gateway.passthrough] がないため、どのリクエストなら安全に送れるのか分かりません。
reason-runtime-target-unknown = Gateway のターゲットを読み取れないため、どれが Runtime に転送するのか分かりません。
    .fix = [gateway] の runtime_target にターゲット名を指定するか、bedrock-agentcore:ListGatewayTargets と GetGatewayTarget を許可してください。
reason-no-id-token = ログインで ID トークンを取得できませんでした。
reason-no-token-for-iam = オーソライザーは署名を要求しており、環境ファイルに [identity] がないため、トークンが拒否されることは確認していません。
reason-no-jwt-authorizer = デプロイ済みのオーソライザーはトークンを検査しないため、不正なトークンを送っても何も証明できません。
reason-token-malformed = トークンの形式が不正です。JWT ではないか、改行などヘッダーに使えない文字を含んでいます。何も送信していません。
    .fix = [identity] token には、引用符や改行のない JWT を指定してください。
reason-aws-not-on-path = PATH に aws コマンドがありません。
reason-aws-not-started = PATH 上の aws コマンドを起動できませんでした。
reason-aws-broken = PATH 上の aws コマンドが、何も送信しないうちにエラーで終了しました。
reason-aws-without-agentcore = このマシンの aws コマンドは bedrock-agentcore に対応していません。
reason-other = 実行していません: { $reason }
reason-unexpected = 認可の結果が、意図した結果と異なります。
    .fix = デプロイ済みのオーソライザーを、意図した設定と比較してください。
reason-nothing-applicable = この環境に該当するアクセス方法がありません。
    .fix = 環境ファイルに [runtime] または [gateway] を追加してください。

## MCP clients
clients-intro = MCP クライアントは、まず認証情報なしで呼び出し、公開ドキュメントから認可サーバーを見つけます。各ステップは、この実行で認証情報を送らずに確認した内容です。クライアントごとの予測は、その内容と、クライアントの既知の動作に基づきます。
clients-issuer = 認可サーバー
clients-summary = { $target } への MCP クライアント: { $all } 種類中、接続できる見込み { $good }、接続不可 { $bad }、未判定 { $open }。
clients-caption = { $target } に対する MCP クライアントごとの予測
clients-column-client = クライアント
clients-column-forecast = 予測
clients-column-stop = 失敗・未確認のステップ
clients-column-why = 理由
clients-column-fix = 対処
clients-step-passed = 成功
clients-step-foreseen = 問題なし（未実行）
clients-step-warning = 一部のクライアントが失敗
clients-step-failed = 失敗
clients-step-unknown = 不明
clients-outcome-connects = 接続可
clients-outcome-fails = 接続不可
clients-outcome-possible = 不確定
clients-counts = { $all } 種類のクライアントのうち { $good } 種類は接続できる見込みです。{ $open ->
        [0] {""}
       *[other] ほかの { $open } 種類は判定できませんでした。
    }
clients-configuration = { $client } の設定
clients-snippet-url = URL のみを指定してログインする場合
clients-snippet-typed-id = クライアント ID を指定してログインする場合
clients-snippet-header = 手元のトークンを送る場合
clients-snippet-sigv4 = AWS 認証情報を使う場合（プロキシが署名）
clients-source = 出典: { $source }
clients-line = { $client }: { $outcome ->
        [connects] 接続可（{ $way }）
        [fails] 「{ $step }」で失敗
       *[other] 不確定（「{ $step }」が未確認）
    }
clients-line-side = { $line } [{ $side }]
clients-others = 同じクライアントをもう一方の方法で設定した場合
clients-same = { $target }: すべてのクライアントで同じ予測です。
clients-register = アプリクライアントに登録するリダイレクト URI: { $uri }
clients-reason = { $clients }: { $why }

## Evidence
evidence-intro = 各結果の根拠となるすべての通信です。認証情報は伏せてあります。時間は実測値（ミリ秒）です。判定の決め手となった箇所を強調表示しています。
evidence-other = ディスカバリーとログイン
evidence-request = リクエスト
evidence-answer = レスポンス
evidence-time = 時間
evidence-repeat = 再現コマンド
evidence-count = 通信 { $count } 件（{ $first } 〜 { $last }）
evidence-one = 通信 1 件（{ $first }）
evidence-token = トークン（未検証）
evidence-proxy = リクエストは { $peer } のプロキシを経由しました。
evidence-retried = 応答の前にサーバーが再利用中の接続を閉じたため、新しい接続で再送しました。
evidence-controls = 拒否された対照リクエスト（1 行に 1 件）
evidence-exchange = 通信
evidence-control = 対照
phase-of-control-before = 正規の呼び出しの前
phase-of-control-after = 正規の呼び出しの後
untried-no-expired-token = 未実施: 期限切れの正規トークン。環境ファイルの [identity] expired_token に指定してください。
untried-no-public-key = 発行者の公開鍵を取得できなかったため未実施: { $controls }
untried-no-matching-key = 発行者の JWKS にトークンの kid とアルゴリズムに合う鍵がないため未実施: { $controls }
untried-token-not-expired = 未送信: [identity] expired_token のトークン。期限が切れていないか、切れてから 1 分未満です。
untried-token-unreadable = 未送信: [identity] expired_token のトークン。有効期限のある JWT ではありません。
untried-few-controls = --controls few のため未実施: { $controls }
untried-request-limit = この実行のリクエスト数の上限に達したため未実施: { $controls }
untried-no-answer = 最初の対照リクエストに応答がなかったため未実施: { $controls }
cut-time = ストリームは時間の上限まで読み取りました。
cut-size = ストリームはサイズの上限まで読み取りました。
phase-resolve = 名前解決
phase-connect = 接続
phase-tls = TLS
phase-first_byte = 最初のバイトまで
phase-rest = 本文の受信
latency-title = アクセス方法・段階別の応答時間
latency-value = { $value } ms
latency-alt = アクセス方法ごとの全通信の合計です。HTTP の呼び出しで最も遅いのは「{ $method }」の { $slowest } ミリ秒、最も速いのは「{ $other }」の { $fastest } ミリ秒です。
latency-none = この記録には時間の測定値がありません。
callers-intro = [identities] の各呼び出し元が、それぞれの認証情報で呼び出した結果です。拒否が証拠になるのは、同じ実行で呼び出し先が許可した呼び出しがある場合だけです。
callers-chart = 呼び出し元ごとの認可判定（括弧内は期待する判定）
callers-caption = 各呼び出し元に対する呼び出し先の判定
callers-caption-all = 呼び出し元と結果の件数
callers-caption-entrance = { $entrance }: 呼び出し元ごとの判定
callers-causes = 理由
callers-token-outlives-login = 発行済みの JWT は、ユーザーを無効化したりサインアウトさせたりした後も、有効期限が切れるまで許可されます。AgentCore は署名とクレームを検証するだけで、発行者に改めて問い合わせることはありません。影響を抑えるには、トークンの有効期間を短くしてください。
policy-intro = { $mode ->
    [ENFORCE] この Gateway のポリシーエンジンは Cedar ポリシーを適用します（ENFORCE）。呼び出しの前に、呼び出し元とツールごとにポリシーを評価しました。その後にツールの一覧を取得し、環境ファイルで無害とされたツールを呼び出しました。
    [LOG_ONLY] この Gateway のポリシーエンジンは記録のみを行い（LOG_ONLY）、応答は変わりません。表は、ENFORCE に切り替えた場合の結果を示します。
   *[other] ポリシーの内容は不明です。表は、取得した一覧と呼び出しの結果を示します。
}
policy-counts = 予測できた { $all } 件のうち { $right } 件が予測どおりでした。
policy-would-lose = ENFORCE に切り替えると、{ $callers } 件の呼び出し元（{ $names }）が { $tools } 個のツール（{ $list }）を使えなくなります。
policy-would-lose-nothing = ENFORCE に切り替えても、表示されたツールを使えなくなる呼び出し元はありません。
policy-unevaluated = Cedar ではないか、内容が不明なため評価していないポリシー: { $names }
policy-lacks = { $names } のトークンには、ポリシーが参照するクレームがありません: { $claims }
policy-none-active = 有効かつ適用されるポリシーがないため、すべてのツールが拒否されます。
policy-not-predicted = { $names } については予測していません（{ $why }）。
policy-caption = ツールごとのポリシーと { $caller } の結果
policy-own = 各行の呼び出し元
policy-fold = { $caller }（ツール { $count } 個）
policy-column-tool = ツール
policy-column-predicted = ポリシー
policy-column-listed = 一覧に表示
policy-column-called = 呼び出し
policy-column-by = 決定したポリシー
policy-may-permit = 許可
policy-may-deny = 拒否
policy-may-unknown = 予測なし
policy-may-why = { $word }（{ $why }）
policy-default = 該当するポリシーなし
policy-listed-yes = あり
policy-listed-no = なし
policy-line = { $caller }、{ $tool }: ポリシー { $may }、一覧 { $listed }、呼び出し { $called }、決定 { $by }
why-policy-engine-unread = ポリシーエンジンを読み取れませんでした
why-policy-engine-not-active = ポリシーエンジンが ACTIVE ではありません
why-policies-unread = ポリシーを読み取れませんでした
why-policy-caller-unknown = ポリシーがこの呼び出し元をどのプリンシパルとして扱うか不明です
why-cedar-missing = Cedar がインストールされていません（pip install 'agentcore-probe[policy]'）
why-policy-form-unknown = クレームがどの形式でポリシーに渡されるかによって結果が変わります
why-policy-depends-on-arguments = 呼び出しの引数によって結果が変わります
why-policy-not-evaluated = Cedar でリクエストを評価できませんでした
why-policy-text-unknown = Cedar ではないポリシー、または内容が不明なポリシーがあります
why-policy-own-tool = AWS 自身のツールにポリシーが適用されるかどうかは不明です
why-policy-error = 評価中にエラーになったポリシーがあります
callers-by-way = { $way }（{ $callers }）
caller-way = { $caller }: { $way }
caller-user = ユーザー { $value }
caller-client = クライアント { $value }
caller-groups = グループ { $value }
caller-tools = ツール { $count } 個
caller-tools-fewer = { $all } 個中 { $count } 個のツール（一覧にないツール: { $hidden }）
matrix-title = 実際の認可判定（括弧内は意図した判定）
matrix-intended = （{ $decision }）
caller-should-be = { $result }（本来は{ $decision }）
matrix-should-be = （本来は{ $decision }）
matrix-no-challenge = （チャレンジなし）
matrix-other-cause = （別の原因）
matrix-alt-good = { $count ->
    [1] 試行したアクセス方法は 1 件で、想定どおりでした。
   *[other] 試行した { $count } 件は、すべて想定どおりでした。
}
matrix-alt-bad = { $open ->
    [0] 試行した { $count } 件のうち { $good } 件が想定どおり、{ $bad } 件が想定と異なりました（{ $names }）。
   *[other] 試行した { $count } 件のうち { $good } 件が想定どおり、{ $bad } 件が想定と異なり（{ $names }）、{ $open } 件は判定できませんでした。
}
matrix-alt-open = 試行した { $count } 件のうち { $good } 件が想定どおりで、{ $open } 件は判定できませんでした。
matrix-none = 試行したアクセス方法はありません。
target-gateway = Gateway
target-runtime = Runtime
target-harness = ハーネス
target-registry = レジストリ
method-runtime-ws-jwt = Runtime WebSocket
method-runtime-ws-jwt-subprotocol = Runtime WebSocket（サブプロトコルのトークン）
method-runtime-ws-sigv4 = Runtime WebSocket（署名付き）
method-runtime-ws-presigned = Runtime WebSocket（署名付き URL）
method-runtime-ws-anonymous = Runtime WebSocket（認証情報なし）
method-runtime-ws-jwt-forged = Runtime WebSocket（偽造トークン）
method-runtime-shell-jwt = Runtime シェル
method-runtime-shell-sigv4 = Runtime シェル（署名付き）
method-runtime-shell-anonymous = Runtime シェル（認証情報なし）
method-runtime-shell-jwt-forged = Runtime シェル（偽造トークン）
way-jwt-subprotocol = JWT（サブプロトコル）
way-presigned = 署名付き URL
reason-no-websocket-protocol = プロトコルが MCP または A2A の Runtime は、WebSocket を提供しません。
reason-token-too-long-for-subprotocol = トークンが長すぎて、サブプロトコルでは送信できません。AWS の SDK の上限は 4096 文字です。
usage-runtime-ws-curl = Runtime: トークンで WebSocket に接続する
method-runtime-command-jwt = Runtime コマンド
method-runtime-command-sigv4 = Runtime コマンド（署名付き）
method-runtime-command-anonymous = Runtime コマンド（認証情報なし）
method-runtime-command-jwt-forged = Runtime コマンド（偽造トークン）
method-runtime-agent-card-jwt = A2A エージェントカードとメッセージ
method-runtime-agent-card-sigv4 = A2A エージェントカードとメッセージ（署名付き）
method-runtime-agent-card-anonymous = A2A エージェントカード（認証情報なし）
method-runtime-agent-card-jwt-forged = A2A エージェントカード（偽造トークン）
method-runtime-session-endpoint-jwt = セッションエンドポイント
method-runtime-session-endpoint-sigv4 = セッションエンドポイント（署名付き）
method-runtime-session-endpoint-anonymous = セッションエンドポイント（認証情報なし）
way-jwt = JWT
way-sigv4 = SigV4
way-cli = AWS CLI
way-jwt-raw-arn = 未エンコード ARN
way-anonymous = 認証情報なし
way-jwt-forged = 偽造 JWT
way-jwt-id-token = ID トークン
entrance-gateway-mcp = Gateway MCP
entrance-runtime-invocations = Runtime 呼び出し
entrance-runtime-ws = Runtime WebSocket
entrance-runtime-command = Runtime コマンド
entrance-runtime-shell = Runtime シェル
entrance-runtime-agent-card = エージェントカード
entrance-runtime-session-endpoint = セッションエンドポイント
entrance-gateway-to-runtime = Gateway 経由 Runtime
entrance-gateway-passthrough = Gateway パススルー
entrance-gateway-policy = Gateway ポリシー
entrance-harness = ハーネス
entrance-registry = レジストリ MCP
entrance-effect-none = 許可されても、何も開始されません。
entrance-effect-session = 許可されると、Runtime のセッションが開始されます（この実行のセッションがあれば、それを使います）。
entrance-effect-tokens = 許可されると、セッションが開始され、モデルのトークンに課金されます。
entrance-other = その他
map-title = 入口ごとの実際の認可判定（括弧内は意図した判定）
map-legend = その他の呼び出し元では、「可」は許可、「否」は拒否、「未」は認可判定なし、「–」は送信なしを表します。
map-caption = 各入口の認可判定（括弧内は、異なる場合の意図した判定）
map-caption-callers = その他の呼び出し元に対する各入口の認可判定（括弧内は、異なる場合の期待する判定）
map-caption-entrance = { $entrance }: アクセス方法ごとの実際の結果と想定
column-entrance = 入口
entrance-methods = { $entrance }（{ $count } 件）
entrance-count = { $outcome } { $count } 件
map-accepted = 可
map-refused = 否
map-undecided = 未
map-nothing = –
timeline-title = トークンの有効期間
timeline-issued = 発行
timeline-sent = 送信
timeline-service = サービスの時計
timeline-expires = 有効期限
timeline-alt-valid = 送信時点でトークンの残り有効時間は { $minutes } 分でした。有効期限は { $exp } です。
timeline-alt-stale = 送信時点でトークンの残り有効時間は { $seconds } 秒しかありませんでした。60 秒未満は期限切れとして扱われます。
timeline-alt-expired = サービス側の時計では、トークンは送信の { $seconds } 秒前（{ $exp }）に期限切れになっていました。
timeline-alt-ahead = サービス側の時計は、このマシンより { $offset } 秒進んでいます。
timeline-alt-behind = サービス側の時計は、このマシンより { $offset } 秒遅れています。
timeline-none = 有効期限のあるトークンは送信されていません。

## Steps
step-discovery-document = ディスカバリードキュメント
step-resource-metadata = リソースのメタデータ
step-signing-keys = 署名鍵（JWKS）
step-login = ログイン
step-registration = クライアントの登録
step-token = トークンの取得
step-forged = 偽造: { $defect }
step-tools-page = tools/list（{ $page } ページ目）
evidence-longer = 残り { $count } 文字は記録を参照

## Sources
cite-field-reports = 利用者からの報告
cite-measured = requests ライブラリでの実測
cite-none = 説明できる原因なし
cite-nothing-fits = 該当する原因なし
cite-own-limit = このツール自身の上限
cite-documented = サービスのドキュメント

## Deployed, unreadable
unreadable-title = 読み取れなかったもの
unreadable-runtime = Runtime の設定: { $why }（必要な権限: bedrock-agentcore:GetAgentRuntime）
unreadable-gateway = Gateway の設定: { $why }（必要な権限: bedrock-agentcore:GetGateway）
unreadable-client = アプリクライアントの設定: { $why }（必要な権限: cognito-idp:DescribeUserPoolClient）
unreadable-user-pool = MCP クライアント向けのユーザープールの設定: { $why }（必要な権限: cognito-idp:DescribeUserPool）
unreadable-client-metadata-policies = ユーザープールの CIMD ポリシー: { $why ->
        [client-too-old] インストール済みの boto3 がこの操作に対応していません（pip install --upgrade boto3）
       *[other] { $why }（必要な権限: cognito-idp:ListCIMDPolicies と cognito-idp:DescribeCIMDPolicy）
    }
unreadable-issuer = 発行者のディスカバリードキュメントまたは JWKS: { $why }
unreadable-policy-engine = ポリシーエンジンの状態: { $why }（必要な権限: bedrock-agentcore:GetPolicyEngineSummary）
unreadable-policies = ポリシーエンジンのポリシー: { $why }（必要な権限: bedrock-agentcore:ListPolicies。名前だけなら bedrock-agentcore:ListPolicySummaries）
unreadable-policy-texts = ポリシーの内容（名前のみ読み取り済み）: { $why }（必要な権限: bedrock-agentcore:ListPolicies。エンジンに独自のキーがある場合は kms:Decrypt も必要）
root-cause-open = 判定できなかった結果の原因（{ $count } 件）

## Root causes
root-cause-none = 失敗または拒否されたアクセス方法がないため、説明する原因はありません。
root-cause-expected = 設定どおりの拒否と失敗（{ $count } 種類）
root-cause-no-surprise = 想定外の結果はありません。拒否と失敗はすべて設定どおりです。
root-cause-lines = 貼り付け用のコマンドと設定
root-cause-why = 理由
root-cause-judge = 判断の主体
judge-authorizer = 呼び出し先のオーソライザーが拒否しました。
judge-policy-engine = オーソライザーは通過しましたが、Gateway のポリシーエンジンが拒否しました。
judge-resource-policy = リソースベースのポリシーが拒否しました。
judge-vpc-endpoint-policy = AgentCore に届く前に、VPC エンドポイントのポリシーが拒否しました。
judge-workload-binding = Runtime のワークロード制限（allowedWorkloadConfiguration）が拒否しました。
judge-runtime-behind-gateway = Gateway は通過しましたが、その先の Runtime が拒否しました。
judge-container = オーソライザーは通過しており、応答はエージェントのコンテナ自身が返したものです。
root-cause-fix = 対処
root-cause-rows = 該当するアクセス方法
root-cause-source = 出典
root-cause-checks = 確認した項目
root-cause-pair = 次の一点だけを変えて証明: { $factor }
root-cause-experiment = 切り分け
root-cause-recheck = 再検証
confidence-proven = 証明済み
confidence-probable = 可能性が高い
confidence-possible = 可能性あり

certainty-documented = 文書化
    .meaning = サービスのドキュメントやモデル、標準規格、または他製品のドキュメントに記載されている
certainty-captured = 実測
    .meaning = 公開された実サービスの応答、または本プロジェクトで実行したプログラムの送受信で確認した
certainty-reported = 報告
    .meaning = 利用者の報告のみで、応答の記録はない
certainty-inferred = 推定
    .meaning = 他の事実からの推定であり、公開された情報はない
root-cause-certainty = 出典の前のタグは、原因の根拠となる動作がどのように確認されたかを示します。
experiment-changed-nothing = 「{ $factor }」だけを変えて再送しても、許可されませんでした。
fragment-cdk = CDK（TypeScript）
fragment-cloudformation = CloudFormation
fragment-trust-policy = ロールの信頼ポリシー（追加するステートメント）
fragment-caller-policy = 呼び出し元のポリシー
fragment-role-policy = ロールのポリシー（追加するステートメント）
fragment-resource-policy = リソースポリシー（追加するステートメント）
fragment-endpoint-policy = VPC エンドポイントのポリシー（追加するステートメント）
fragment-cedar = Cedar ポリシー
experiment-would-prove = まだ証明されていません。次の一点だけを変えて同じリクエストを再送すれば証明できます: { $factor }
factor-arn-encoding = パス内の ARN のエンコード
factor-identifier = Runtime の識別子
factor-identifier-form = 識別子の形式（ARN、または ID と accountId）
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
check-vpc-endpoint-policy = VPC エンドポイントのポリシーが呼び出しを通している
check-resource-policy = リソースポリシーが呼び出しを許可している
check-identity-policy = 呼び出し元のポリシーがアクションを許可している（読み取っていません）
check-passed = 合格
check-failed = 不合格
check-unknown = 不明
check-authorizer = オーソライザーの種類
check-policy = ポリシーがツールを許可している
check-arn-not-encoded = ARN がパーセントエンコードされている
check-arn-double-encoded = ARN が二重にエンコードされていない
check-arn-blank-or-padded = 識別子が空でない
check-answer-not-from-aws = AWS からの応答である
check-runtime-not-found = 応答が Runtime の不在を示していない
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
check-target-credential = ターゲットの認証情報の種類を Runtime が受け付ける

## Checklist
checklist-caption = 各項目は、デプロイ済みの設定または観測結果によって確認しています
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
        [unknown] Runtime のオーソライザーが現在の設定で機能する
       *[other] Runtime のオーソライザーが現在の設定で機能する（{ $authorizer }）
    }
item-gateway-authorizer =
    { $authorizer ->
        [unknown] Gateway のオーソライザーが現在の設定で機能する
       *[other] Gateway のオーソライザーが現在の設定で機能する（{ $authorizer }）
    }
item-shared-issuer = Gateway と Runtime が同じ発行者を信頼している
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
item-resource-policies = リソースポリシーが意図した呼び出し元だけを許可している
item-all-methods-tried = 対象となるアクセス方法をすべて試行した（{ $all } 件中 { $tried } 件）
deployed-title = デプロイ済みの設定の問題
severity-error = エラー
severity-warning = 警告
deployed-authorizer-without-rule = { $target } のオーソライザーに条件がないため、発行者のすべてのトークンを受け付けます。
    .fix = { $target } のオーソライザーに、allowedClients、allowedAudience、allowedScopes、カスタムクレームのいずれかを設定してください。
deployed-audience-with-cognito = { $target } は allowedAudience（{ $audience }）を要求していますが、Cognito のアクセストークンには aud クレームがありません。allowedClients を使ってください。
deployed-mmdsv2-off = Runtime で MMDSv2 が有効になっていません。2026-06-30 以降、このような Runtime の呼び出しは 400 で失敗します。
deployed-runtime-not-ready = Runtime の状態が READY ではなく { $status } です。
deployed-gateway-not-ready = Gateway の状態が READY ではなく { $status } です。
deployed-further-target-not-ready = { $target } の状態が READY ではなく { $status } です。
deployed-version-behind = エンドポイント { $endpoint } はバージョン { $live } で稼働中で、ターゲットバージョン { $target } にまだ切り替わっていません。
deployed-gateway-open = Gateway のオーソライザーが NONE です。誰でも呼び出せる状態で、インターセプターやポリシーエンジンによる保護もありません。
deployed-gateway-authenticate-only = Gateway のオーソライザーが AUTHENTICATE_ONLY です。署名が有効であれば、どの AWS プリンシパルも許可されます。
deployed-gateway-bypassed = Runtime には Gateway 経由でのみ到達できるはずですが、直接の呼び出しが許可されました（{ $methods }）。Gateway のオーソライザーとポリシーを迂回できる状態です。
    .fix = { $why ->
        [policy] Runtime のリソースポリシーは Gateway のロール以外を拒否していますが、この呼び出しには適用されていません。ポリシーのアクションと Resource を呼び出しと見比べ、エンドポイントのポリシーも確認してください。
       *[other] JWT オーソライザーの Runtime では、allowedWorkloadConfiguration に Gateway を指定してください。IAM の Runtime では、Runtime のリソースポリシーで、呼び出しのすべてのアクションについて Gateway のロール以外を拒否してください（aws:PrincipalArn に対する ArnNotEquals）。
    }
deployed-target-of-another-runtime = ターゲット { $name } の転送先は別の Runtime です（{ $requested } ではなく { $described }）。
    .fix = ターゲットの Runtime か、[gateway] の runtime_target を直してください。
deployed-nobody-gets-in = 誰も Runtime に到達できません。Runtime は直接の呼び出しを拒否し、{ $cause ->
        [no-target] Gateway にはこの Runtime に転送するターゲットがありません。
       *[other] Gateway 経由の呼び出しも拒否されています。
    }
    .fix = { $cause ->
        [no-target] この Runtime に転送するターゲットを Gateway に作成するか、直接の呼び出しを閉じている設定を外してください。
       *[other] Gateway 経由の呼び出しが拒否される原因を取り除くか、直接の呼び出しを閉じている設定を外してください。
    }
deployed-target-not-ready = ターゲット { $name } の状態が { $status } です。認可に問題はありませんが、このターゲットのツールを利用できません。
deployed-issuers-differ = Runtime と Gateway が異なる発行者を信頼しています: { $runtime } と { $gateway }
deployed-issuer-unreadable = ディスカバリードキュメント { $url } を読み取れませんでした（{ $why }）。
deployed-issuer-without-keys = 発行者 { $url } の鍵を読み取れませんでした（{ $why }）。そのため、どのトークンも検証できません。
deployed-another-resource = コントロールプレーンの応答は、指定したものとは別の { $target } の情報です。指定は { $requested }、応答は { $described } でした。この応答の内容は使っていません。
    .fix = 環境ファイルの ID、リージョン、[endpoints] を確認してください。
deployed-authorization-stripped = エージェントは呼び出し元のトークンを必要としますが、Runtime が Authorization ヘッダーを取り除いています。
    .fix = Runtime の requestHeaderAllowlist に Authorization を追加してください。
deployed-login-flow-off = アプリクライアント { $client } で USER_PASSWORD_AUTH が許可されていないため、この環境のログインは成功しません。
deployed-login-secret-missing = アプリクライアント { $client } にはシークレットがありますが、環境ファイルに client_secret がありません。
deployed-login-secret-unexpected = アプリクライアント { $client } にはシークレットがありませんが、環境ファイルに client_secret があります。
deployed-oauth-off = アプリクライアント { $client } の AllowedOAuthFlowsUserPoolClient が無効なため、OAuth の設定は効力を持ちません。
deployed-login-needs-secret = アプリクライアント { $client } にはシークレットがないため、クライアント自身のトークンを取得できません。
    .fix = シークレットのあるアプリクライアントを使ってください。Cognito がシークレットを発行するのは、クライアントの作成時（GenerateSecret）だけです。
deployed-client-token-off = アプリクライアント { $client } では GetClientToken を使えません。ExplicitAuthFlows のフローは ALLOW_CLIENT_TOKEN_AUTH だけでなければなりません。
    .fix = ALLOW_CLIENT_TOKEN_AUTH だけを有効にした、マシン専用のアプリクライアントを使ってください。
deployed-token-exchange-off = アプリクライアント { $client } では { $flow } が許可されていないため、このトークンを交換できません。
    .fix = アプリクライアントの ExplicitAuthFlows に { $flow } を追加してください。
deployed-redirect-uri-not-listed = アプリクライアント { $client } にリダイレクト URI { $redirect } が登録されていません（CallbackURLs: { $listed }）。
    .fix = [identity] の redirect_uri に、アプリクライアントに登録されているこのマシンのアドレス（http://localhost:8400/callback など）を指定するか、アプリクライアントに追加してください。
deployed-oauth-grant-off = アプリクライアント { $client } では { $grant } が許可されていません。
deployed-oauth-scope-off = アプリクライアント { $client } では、環境ファイルが要求するスコープが許可されていません。
deployed-no-token-endpoint = ディスカバリードキュメント { $url } にトークンエンドポイントがないため、client_credentials グラントは使えません。
    .fix = ディスカバリードキュメントで token_endpoint を公開するか、別のログインフローを使ってください。
deployed-policy-engine-not-active = ポリシーエンジンの状態が ACTIVE ではなく { $status } です。ポリシーの評価は失敗します。
    .fix = 変更が終わるまで待ってください。状態が FAILED の場合は、GetPolicyEngine で statusReasons を確認してください。
deployed-policy-engine-empty = ENFORCE のポリシーエンジンに有効なポリシーがないため、すべてのツールが全員に対して拒否されます。
    .fix = 必要なツールを許可するポリシーを追加するか、追加するまでエンジンを LOG_ONLY にしてください。
deployed-policy-hides-every-tool = { $own ->
    [yes] ポリシーエンジンにより、各行の呼び出し元にはツールが 1 つも表示されません。
   *[no] ポリシーエンジンにより、次の呼び出し元にはツールが 1 つも表示されません: { $names }
}
    .fix = ツールを使わせる場合は、許可するポリシーを追加してください。ENFORCE では、許可するポリシーのない操作は拒否されます。
deployed-gateway-debug = Gateway の exceptionLevel が DEBUG です。エラーの詳細がすべての呼び出し元に返されます（prowler #12627）。
    .fix = 開発者以外も呼び出す Gateway では exceptionLevel を削除してください。
deployed-passthrough-open = { $target } の手前にある Gateway のオーソライザーが NONE です。誰でも、Gateway 自身の認証情報でその先のサービスに到達できます。
    .fix = Gateway にオーソライザーを設定してください。種類は変更できないため、新しい Gateway が必要です。
deployed-authenticate-only-interceptor = Gateway のオーソライザーが AUTHENTICATE_ONLY で、呼び出せる AWS プリンシパルを決めているのはインターセプターだけです。ENFORCE のポリシーエンジンがありません（prowler #12625）。
    .fix = ポリシーエンジンを ENFORCE にするか、オーソライザー AWS_IAM を使ってください。
deployed-caller-iam-unsigned = ターゲット { $name } は呼び出し元の IAM 認証情報を転送しますが、オーソライザーが { $authorizer } の Gateway では呼び出し元は署名しません。
    .fix = ターゲットに別の送信用認証情報を使うか、オーソライザーが AWS_IAM の Gateway を使ってください。
deployed-identity-headers = Runtime は { $headers } をエージェントに渡しますが、これらのヘッダーは呼び出し元が自由に設定できるため、ユーザーの証明になりません。
    .fix = エージェントではトークンからユーザーを判断し（許可リストに Authorization を追加）、信頼できる設定元がないヘッダーは許可リストから外してください。
deployed-binding-passthrough = 誰も Runtime を呼び出せません。Runtime は Gateway 経由の呼び出しだけを受け付けますが、ターゲット { $name } は呼び出し元のトークンをそのまま渡します。
    .fix = ターゲットの送信用認証情報を JWT_PASSTHROUGH 以外にするか、allowedWorkloadConfiguration を削除してください。
deployed-binding-without-target = 誰も Runtime を呼び出せません。Runtime は { $name } 経由の呼び出しだけを受け付けますが、そこにこの Runtime のターゲットがありません。
    .fix = Gateway に Runtime のターゲットを追加するか、allowedWorkloadConfiguration を削除してください。
deployed-secret-copied = アプリクライアント { $client } のシークレットは Secrets Manager にあり、ローテーションされます。環境ファイルのコピーが使えるのは次のローテーションまでです。
    .fix = [identity] から client_secret を削除してください（実行時に Secrets Manager から読み取ります）。または secretsmanager でそのシークレットを指定してください。
deployed-registration-in-vain = アプリクライアントは自己登録できますが（{ $endpoint }）、{ $target } は一覧のクライアントだけを許可するため、自己登録したクライアントはすべて拒否されます。
    .fix = allowedClients の代わりに allowedScopes か allowedAudience を使うか、自己登録を無効にしてください。
deployed-registration-without-domain = ユーザープール { $pool } ではクライアントの自己登録が有効ですが、ドメインがないため、登録用のエンドポイントがありません。
    .fix = ユーザープールのドメインを作成するか（CreateUserPoolDomain）、DcrConfiguration を無効にしてください。
deployed-client-metadata-policy-without-client = ユーザープール { $pool } の CIMD ポリシー { $policy } が指すアプリクライアントは削除済みのため、このポリシーではどのクライアントも認証されません。
    .fix = ポリシーに既存のアプリクライアントを指定するか（UpdateCIMDPolicy）、ポリシーを削除してください。
deployed-resource-policy-public = { $resource } のリソースポリシーが、条件なしですべての AWS プリンシパルに { $actions } を許可しています（prowler #12622）。
    .fix = プリンシパルを指定するか、aws:PrincipalOrgID などの条件を追加してください。
deployed-deny-leaves-entrances = { $resource } のリソースポリシーは呼び出しを拒否していますが、{ $actions } は拒否していないため、これらの入口は開いたままです。
    .fix = Deny にこれらのアクションか bedrock-agentcore:* を追加してください。
deployed-commands-for-every-token = Runtime がトークンを受け付けた呼び出し元は、{ $actions } もすべて使えます。JWT オーソライザーには操作ごとのルールがありません。
    .fix = Runtime とそのエンドポイントのリソースポリシーでこれらのアクションを拒否するか、運用担当者だけが取得できるスコープを必須にしてください。

## Conclusions
conclusions-caption = 各結論と、その根拠となる観測結果
column-claim = 結論
column-shown = 判定
column-carried = 根拠
shown-yes = 確認済み
shown-no = 反証あり
shown-unknown = この実行では未確認
claim-gateway-accepts-jwt = Gateway は JWT を受け付ける
claim-runtime-accepts-jwt = Runtime は JWT を受け付ける
claim-runtime-refuses-sigv4 = Runtime は SigV4 を拒否する
claim-gateway-refuses-sigv4 = Gateway は SigV4 を拒否する
claim-same-issuer-and-client = Gateway と Runtime は同じ発行者とクライアントを信頼する
claim-anonymous-refused = 認証情報のないリクエストは拒否される
claim-forged-refused = 偽造トークンは拒否される
claim-direct-https-call-exists = Runtime は HTTPS で直接呼び出せる
claim-only-through-gateway = Runtime には Gateway 経由でしか到達できない
claim-line = { $claim }: { $word }
expectation-expired = { $line }: 期限（until = { $until }）が過ぎています。
    .fix = 想定（expect）を削除するか、新しい期限を設定してください。
expectation-not-met = { $line }: 想定は「{ $wanted }」ですが、実際の結果は「{ $observed }」でした。
    .fix = 設定か想定（expect）のどちらかを見直してください。
expectation-unknown-method = { $line }: このアクセス方法はありません。
    .fix = 修正または削除してください。

## Usage
usage-embedded = この実行の組み込み AgentCore はすでに終了しています。make local で再度起動すると、同じコマンドが新しいポート番号で表示されます。
usage-intro = そのまま貼り付けて使えます。ベアラートークン付きの呼び出しは JWT_TOKEN のトークンを、署名付きの呼び出しは AWS の認証情報の環境変数を使います。ここに秘密情報は含まれません。
usage-gateway-curl = Gateway: ツール一覧を取得する
usage-gateway-signed = Gateway: 署名付きでツール一覧を取得する
usage-runtime-curl = Runtime: HTTPS で直接呼び出す
usage-runtime-aws = Runtime: AWS CLI で呼び出す
usage-runtime-card-curl = Runtime: エージェントカードを取得する
usage-runtime-card-aws = Runtime: AWS CLI でエージェントカードを取得する
usage-gateway-to-runtime-curl = Runtime: Gateway 経由で呼び出す
usage-gateway-to-runtime-aws = Runtime: AWS CLI で Gateway 経由で呼び出す
usage-gateway-passthrough-curl = Gateway の背後のサービスを呼び出す
usage-harness-curl = ハーネス: プロンプトを 1 つ送る（モデルのトークン料金がかかります）
usage-harness-signed = ハーネス: 署名付きでプロンプトを 1 つ送る（モデルのトークン料金がかかります）
usage-registry-curl = レジストリ: ツール一覧を取得する
usage-registry-signed = レジストリ: 署名付きでツール一覧を取得する
usage-accepted = この実行で許可を確認
usage-not-accepted = この実行では許可を未確認

## Punctuation
result = { $decision }（{ $status }）
figure-title = { $title }。

## Plan
plan-recorded = { $environment } は記録を再生する環境のため、実行しても何も送信しません。
plan-title = { $environment } の実行計画（何も送信していません）
plan-count = 予測どおりの応答なら { $count } 件、最大で { $most } 件のリクエストを、毎秒 { $rate } 件以下で送信します。設定の読み取りと、ツール一覧の追加ページごとの 1 件は含みません。
plan-experiments = 最大件数には、原因を証明できる場合にだけ送信する { $count } 件を含みます。
plan-mcp = 最大件数には、プロトコルが不明な Runtime が MCP サーバーである場合にだけ送信する { $count } 件も含みます。
plan-known-nothing = 過去のレポートがないため、デプロイ済みの設定は実行するまで分かりません。考えられるオーソライザーごとに予測を示します。
plan-known-setup = オーソライザーは { $where } の設定によります。
plan-known-run = デプロイ済みの設定は { $path }（{ $time } の実行、{ $days ->
        [0] 本日
       *[other] { $days } 日前
    }）によります。実行時に改めて読み取ります。
plan-unasked = 対象外の入口: { $names }。対象にするには、環境ファイルに { $line } のように指定します。
plan-charged = 課金対象（予測どおりの場合）
plan-cost-agent = Runtime のセッションとエージェント
    .counted = { $count } 件が Runtime のセッションを開始し（アイドルタイムアウトまで課金）、エージェントを実行します（モデルのトークンなど）。
plan-cost-model-tokens = ハーネスのモデルのトークン
    .counted = { $count } 件がハーネスのエージェントを 1 ターンだけ実行します（出力は最大 16 トークン。入力のトークンにも課金されます）。
plan-cost-gateway-operation = Gateway の操作
    .counted = { $count } 件が Gateway の操作です（ツールの一覧、ツールの呼び出し）。
plan-cost-tool = ツール
    .counted = { $count } 件がファイルに書かれたツールを実行します。
plan-cost-login = サインイン
    .counted = { $count } 件がサインインです（料金は ID プロバイダーによる）。
plan-cost-secret = シークレット
    .counted = { $count } 件が Secrets Manager または Parameter Store からシークレットを読み取ります。
plan-cost-none = 料金表に記載なし
    .counted = { $count } 件が料金表に記載のない読み取りです。
plan-cost-unknown = ドキュメントに記載なし
    .counted = { $count } 件は、拒否される呼び出し、または料金表にない手順です。課金されるかどうかはドキュメントに記載がありません。
plan-charged-always = { $credential }、課金: { $costs }
plan-charged-embedded = なし（組み込み AgentCore はこのマシンで動作します）
plan-charged-accepted = 許可された場合の課金: { $costs }
plan-charged-refused = 拒否された場合の課金: { $costs }
plan-settings = 設定値
plan-problem = 実行はここで終了します: { $problem }
plan-origin-file = { $where }
plan-origin-table = { $where }
plan-origin-extends = { $where }（extends）
plan-origin-defaults = { $where }（[defaults]）
plan-origin-variable = 環境変数 { $where }
plan-origin-profile = AWS プロファイル { $where }
plan-origin-arn = Runtime の ARN
plan-origin-deployed = 実行開始時に読み取り
plan-origin-record = 過去の実行
plan-origin-embedded = 組み込み AgentCore
plan-origin-aws = AWS
plan-origin-default = 既定値
plan-origin-machine = このマシン
plan-origin-assumed = 仮の値（実行時にデプロイ済みの値を読み取り）
plan-source-embedded = 組み込み AgentCore のキー
plan-source-variables = 環境変数のキー
plan-source-keys = キー
plan-source-role = ロール
plan-source-web-identity = ウェブ ID
plan-source-sso = IAM Identity Center
plan-source-console = aws login
plan-source-process = credential_process
plan-source-container = コンテナ
plan-source-instance = インスタンスのメタデータ（ある場合）
plan-source-none = なし
plan-login = 最初に AWS 認証情報を取得
plan-login-call = { $action } { $of }
plan-login-mfa = （実行時に MFA コードの入力を求めます）
plan-login-process = プログラム
plan-login-container = コンテナの認証情報
plan-login-instance = インスタンスのメタデータサービス
plan-row-read = AWS の読み取り（呼び出しを転送する Gateway ターゲットごとにさらに 1 件）
plan-row-discovery = 発行者
plan-row-identity = ログイン
plan-credential-none = 認証情報なし
plan-credential-token = Bearer <[identity] のトークン>
plan-credential-id-token = Bearer <[identity] の ID トークン>
plan-credential-expired-token = Bearer <[identity] の期限切れトークン>
plan-credential-forged-token = Bearer <偽造トークン>
plan-credential-signature = <SigV4 署名>
plan-credential-login = 本文に [identity] のシークレット
plan-credential-client = Basic <[identity] のクライアント ID とシークレット>
plan-url-of-issuer = <オーソライザーの発行者のディスカバリードキュメント>
plan-url-of-gateway = <Gateway の URL>
plan-url-of-session = <セッションエンドポイントの URL>
plan-url-of-document = <ディスカバリードキュメントの { $member }>
plan-predicted = 予測: { $predictions }
plan-prediction = { $authorizer }の場合は{ $decision }
plan-decision-open = トークンのクレームによる
plan-expected = ファイルの [expect]: { $decision }
plan-authorizer-CUSTOM_JWT = JWT オーソライザー
plan-authorizer-AWS_IAM = IAM 認可
plan-authorizer-AUTHENTICATE_ONLY = AUTHENTICATE_ONLY オーソライザー
plan-authorizer-NONE = オーソライザーなし
plan-reason-no-client-secret = ファイルに client_secret がなく、Cognito が Secrets Manager に保管しているかどうかは実行前には不明です。
plan-reason-no-id-token = このログインでは ID トークンは発行されません。
plan-not-sent = 送信しません。{ $reason }
plan-when-first = { $count } 件: { $steps }
plan-when-before = 正規の呼び出しの前に { $count } 件: { $steps }
plan-when-after = 正規の呼び出しの後に { $count } 件: { $steps }
plan-when-end = 最後に { $count } 件（最初のリクエストの繰り返し）: { $steps }
plan-step-accepted = { $step }（許可された場合）
plan-step-refused = { $step }（許可されなかった場合）

## Terminal
summary-verdict = 判定: { $verdict }。{ $sentence }
summary-as-expected = 想定どおりのアクセス方法（{ $count } 件）: { $methods }
summary-not-applicable = 対象外: { $methods }。{ $reason }
summary-partial = { $verdict }: { $sentence }
summary-changed = { $id } を再送（「{ $factor }」を { $before } から { $after } に変更）: { $one } → { $other }
summary-report = レポート: { $path }
summary-requests = 送信したリクエスト: { $count } 件（設定の読み取りを除く）
summary-plan-limited = [limits] requests の上限は { $limit } 件ですが、すべてを送信するには最大 { $count } 件が必要です。送信しなかったものは結果に表示します。
wait-for = { $environment }: 呼び出せる状態になるのを待っています（{ $obstacles }、{ $seconds } 秒経過）
wait-over = { $environment }: { $seconds } 秒で待機を終了しました。進行中のデプロイはありません。
wait-timed-out = { $environment }: { $seconds } 秒待っても呼び出せる状態になりませんでした（{ $obstacles }）。このまま検証します。
gate-previous-run = 前回の実行
gate-differences = { $environment }: { $name } との差分 { $count } 件:
gate-no-differences = { $environment }: { $name } との差分はありません。
gate-no-previous-run = { $environment }: 比較できる前回の実行がありません。
gate-no-baseline = { $environment }: { $name } にベースラインがないため、すべての結果が終了コードに影響します。
gate-known = { $environment }: ベースラインにもある { $count } 件は、終了コードに影響しません:
gate-ignored = { $environment }: --fail-on の対象外の { $count } 件は、終了コードに影響しません:
gate-failing = { $environment }: 終了コードが 1 になる原因 { $count } 件:
result-sentence = { $word }。{ $sentence }
result-explained = { $result }。{ $explanation }
result-error = 検証を実行できませんでした
result-incomplete = エラー
annotation-more = ほか { $count } 環境
count-verified = 検証合格 { $count } 件
count-not-verified = 検証不合格 { $count } 件
count-inconclusive = 判定保留 { $count } 件
count-partial = 一部のみ検証 { $count } 件
count-not-written = レポートの書き込み失敗 { $count } 件
count-error = 実行不可 { $count } 件

## SARIF
sarif-cause = 結果が想定と異なります。
sarif-reason = アクセス方法を検証できませんでした。
sarif-untested = { $because }{ $title }
sarif-error = 環境を検証できなかったか、レポートを書き込めませんでした。

## Explain
explain-head = { $cause }（{ $confidence }）、判定: { $decision }
explain-success = 判定: { $decision }
explain-pair = { $one } と { $other } の比較により証明: 違いは一点だけで、応答が異なります。

## Ask
ask-from-aws = 応答元: AWS
ask-from-embedded = 応答元: 組み込み AgentCore（AWS ではありません）
ask-from-loopback = 応答元: このマシン上の別のエンドポイント（AWS ではありません）
ask-from-proxied = 応答はプロキシを経由しており、変更された可能性があります
ask-from-recorded = 記録時の応答
ask-from-other = 応答元は AWS ではありません
ask-from-nobody = 応答なし
ask-no-credential = 認証情報なし
ask-changed = { $factor }を変更
ask-remains = これを直すと、次の原因が残ります: { $title }（{ $cause }）{ $fix }
ask-requests = 送信したリクエスト { $count } 件:
ask-not-read = デプロイされている設定は読み取っていません。--profile NAME を付けると読み取り、原因がより確かになります。
ask-guessed = HTTP のエージェントとして呼び出しました。Runtime が別のプロトコルを使う場合は、--protocol に mcp、a2a、agui のいずれかを指定してください。
ask-environment = すべてのアクセス方式を検証するには、次の内容を { $path } に保存します:
ask-written = 作成しました: { $path }
ask-next = 次に実行: { $command }

## The command login
mcp-login-begins = { $environment }: MCP クライアントとして { $target ->
        [gateway] Gateway
       *[runtime] Runtime
    } にログインします
mcp-login-embedded-user = { $username }、パスワード { $password } でサインインしてください（この組み込み AgentCore だけのユーザーです）
mcp-login-challenge-names-metadata = 401、メタデータの URL あり
mcp-login-resource-metadata-found = { $host }
mcp-login-server-metadata-found = { $host }
mcp-login-capabilities-complete = 不足なし
mcp-login-client-known = { $client }
mcp-login-client-registered = { $client } として登録
mcp-login-client-metadata-unlisted = { $client }（サーバーは、このような URL への対応を示していません）
mcp-login-logged-in = ブラウザーが認可コードとともに戻りました
mcp-login-token-issued = { $client } に発行
mcp-login-tools-listed = 許可、ツール { $count } 個
mcp-login-call-accepted = 許可
mcp-login-protocol-not-mcp = 許可。ただし、呼び出しのプロトコルは MCP ではなく { $protocol } です
mcp-login-works-without-mcp = トークンは受け入れられましたが、Runtime のエージェントのプロトコルは MCP ではなく { $protocol } であるため、MCP クライアントからは使えません。
mcp-login-works = ログインは成功しました。トークンは受け入れられました。
mcp-login-oauth-scope-invalid = { $known ->
        [none] このアプリクライアントには、このスコープの要求が許可されていません。
        [some] このアプリクライアントには、次のスコープのいずれかの要求が許可されていません: { $scopes }
       *[all] このアプリクライアントには、次のスコープの要求が許可されていません: { $scopes }
    }
mcp-login-browser-minutes = このマシンのブラウザーでログインしてください（{ $count } 分以内）:
mcp-login-browser-seconds = このマシンのブラウザーでログインしてください（{ $count } 秒以内）:
mcp-login-device = 任意の端末でログインしてください。{ $url } を開き、コード { $code } を入力します
mcp-login-device-page = または { $url } を開きます
mcp-login-written = 作成しました: { $path }
mcp-login-not-written = 記録は書き込んでいません。--out FILE で書き込みます。

## Causes
cause-none = { $kind ->
        [login] ログインは成功しました。
        [other] リクエストは成功しました。
        [material] 問題は見つかりませんでした。
        [place] 問題は見つかりませんでした。
       *[unknown] 呼び出しは成功しました。
    }
    .why = { $kind ->
        [login] 応答にトークンが含まれています。Runtime と Gateway については何も分かりません。
        [other] 認可を必要としないリクエストのため、オーソライザーについては何も分かりません。
        [material] 何も送信していません。呼び出し先が存在し、呼び出し元を許可するかどうかは、応答からしか分かりません。
        [place] {""}
       *[unknown] 呼び出しは認可され、呼び出し先から応答がありました。
    }
    .fix = 対処は不要です。
cause-machine-set-up = このマシンの設定のため、リクエストを送信できません。
    .why = 何も送信されていないため、サービスについては何も分かりません（{ $detail }）。
    .fix = 設定を修正してください。対象は REQUESTS_CA_BUNDLE、CURL_CA_BUNDLE、AWS_CA_BUNDLE が指すファイル、または HTTPS_PROXY、HTTP_PROXY、ALL_PROXY のアドレスです。SOCKS プロキシには PySocks パッケージが必要です。
cause-proxy-refused = { $status ->
        [407] プロキシが認証を要求しています。
        [unknown] プロキシに接続できませんでした。
       *[other] プロキシが接続を中継しませんでした。
    }
    .why = サービスには何も届いていないため、サービスについては何も分かりません（{ $detail }）。
    .fix = { $status ->
        [407] HTTPS_PROXY にユーザー名とパスワードを追加してください（http://USER:PASSWORD@HOST:PORT、パーセントエンコードが必要です）。
        [unknown] HTTPS_PROXY のアドレスを確認してください。プロキシが不要な場合は、ホストを NO_PROXY に追加してください。
       *[other] プロキシで対象のホストを許可してください。プロキシが不要な場合は、ホストを NO_PROXY に追加してください。
    }
cause-dns-failure = { $host ->
        [unknown] ホスト名を解決できませんでした。
       *[other] ホスト名 { $host } を解決できませんでした。
    }
    .why = 何も送信されていないため、サービスについては何も分かりません（{ $detail }）。
    .fix = ホスト名、このネットワークの DNS 設定、リージョンを確認してください。
cause-connect-failure = { $host ->
        [unknown] ホストに接続できませんでした。
       *[other] { $host } に接続できませんでした。
    }
    .why = 何も送信されていないため、サービスについては何も分かりません（{ $detail }）。
    .fix = { $place ->
        [loopback] このマシンでサーバーが起動しているか、ポート番号が正しいかを確認してください。
       *[unknown] ホスト名のリージョンと、この環境からホストに到達できるかを確認してください。ファイアウォール、プロキシ、VPC 内なら NAT ゲートウェイまたは VPC エンドポイント（セキュリティグループで 443 番ポートを許可）が対象です。
    }
cause-tls-failure = TLS ハンドシェイクに失敗しました。
    .why = サーバーの証明書を検証できないため、何も送信していません（{ $detail }）。
    .fix = TLS を復号するプロキシがないか確認し、その認証局の証明書ファイルを REQUESTS_CA_BUNDLE、CURL_CA_BUNDLE、AWS_CA_BUNDLE のいずれかに指定してください。証明書の検証は無効にしないでください。
cause-timeout = 制限時間内に応答が完了しませんでした。
    .why = { $client ->
        [boto3] リクエストが認可されたかどうかは分かりません。boto3 は 60 秒で読み取りをやめて再送するため、エージェントが複数回起動された可能性があります（{ $detail }）。
       *[unknown] リクエストが認可されたかどうかは分かりません（{ $detail }）。
    }
    .fix = { $client ->
        [boto3] Config で read_timeout を 900 にして再試行を 1 回に限るか、エージェントにストリームで応答させてください。そうでなければ、応答が遅れる原因を Runtime のログで調べてください。
       *[unknown] エージェントの処理が遅い場合は、クライアントの制限時間（環境ファイルでは [limits] seconds、ask では --seconds）を増やしてください。そうでなければ、応答が遅れる原因を調べてください。
    }
cause-connection-reset = 応答の前に接続が切断されました。
    .why = サービスまたは経路上の機器が接続を切断しました（{ $detail }）。
    .fix = 再試行してください。再発する場合は、接続を切断するプロキシやファイアウォールがないか確認してください。
cause-answer-truncated = 応答が、宣言された長さに達する前に終わりました。
    .why = 接続が途中で終了しました（{ $detail }）。
    .fix = 再試行してください。再発する場合は、応答を途中で切るプロキシがないか確認してください。
cause-answer-too-large = 応答がこのツールの読み取り上限を超えました。
    .why = 読み取りを中止しました（{ $detail }）。
    .fix = [limits] body_bytes を増やすか、応答が短くなる payload を指定してください。
cause-request-limit = リクエスト数の上限に達していたため、送信しませんでした。
    .why = 1 回の実行で送信するリクエストの上限は { $detail } 件です。この呼び出しより前に上限に達しました。
    .fix = [limits] requests を増やすか、--controls few で対照確認の数を減らしてください。
cause-http2-only = サーバーが HTTP/2 にしか対応していません。
    .why = AgentCore もこのツールも HTTP/1.1 を使いますが、HTTP/1.1 での応答がありませんでした（{ $detail }）。
    .fix = { $host ->
        [unknown] URL のポートを確認するか、そのサーバーまたはプロキシで HTTP/1.1 を有効にしてください。
       *[other] { $host } のポートを確認するか、そのサーバーまたはプロキシで HTTP/1.1 を有効にしてください。
    }
cause-answer-not-http = HTTP ではない応答が返りました。
    .why = 応答を解釈できませんでした（{ $detail }）。
    .fix = { $host ->
        [unknown] URL のスキームとポートを確認してください。
       *[other] { $host } のスキームとポートを確認してください。
    }
cause-answer-not-from-aws = { $marks ->
        [none] AWS からの応答ではありません。
       *[unknown] AWS からの応答ではないようです。
    }
    .why = { $server ->
        [unknown] { $marks ->
            [none] AWS の応答に付くヘッダーが一つもありません。{ $place ->
                [loopback] URL はこのマシンのサーバーを指しています。
               *[unknown] プロキシ、ポータル、CDN などが代わりに応答しています。
            }
           *[unknown] { $place ->
                [loopback] URL はこのマシンのサーバーを指しています。
               *[unknown] プロキシ、ポータル、CDN などが代わりに応答しています。AgentCore がこのようなページを返すことはありません。
            }
        }
       *[other] 応答を書いたのは { $server } です。{ $place ->
            [loopback] URL はこのマシンのサーバーを指しています。
           *[unknown] プロキシ、ポータル、CDN などが代わりに応答しています。
        }
    }
    .fix = { $place ->
        [loopback] 環境ファイルに AWS の URL を指定してください。このツールは AgentCore の応答だけを判定します。
       *[unknown] { $host ->
            [unknown] 対象のホストをプロキシの対象から外すか、別のネットワークから呼び出してください。
           *[other] { $host } をプロキシの対象から外すか、別のネットワークから呼び出してください。
        }
    }
cause-arn-not-encoded = URL パス内の Runtime の ARN がパーセントエンコードされていません。
    .why = ARN 内のスラッシュがパスの区切りになるため、どのルートにも一致せず、フロントエンドが認証情報を確認する前に 404 を返します。サービスの制限ではありません。ARN をエンコードすれば、同じ URL は存在します。
    .fix = ARN 全体（{ $identifier }）のコロンとスラッシュをすべてパーセントエンコードするか、URL の組み立てをライブラリに任せてください。
cause-arn-double-encoded = Runtime の ARN が二重にパーセントエンコードされています。
    .why = サービスはパスを一度だけデコードするため、名前の中に %3A や %2F が残ります。
    .fix = ARN のエンコードは一度だけにしてください。
cause-arn-blank-or-padded = { $sent ->
        [no] ARN の前後に空白があります。
       *[unknown] パス内の Runtime の識別子が、空か、仮の値か、前後に空白のある値です。
    }
    .why = { $sent ->
        [no] 空白を含むパスは、その Runtime を指しません。
       *[unknown] ARN を入れるはずの変数が空か、改行や空白を含んでいます。
    }
    .fix = 送信前に URL を表示して確認し、変数の前後の空白を取り除いてください。
cause-arn-kind-wrong = { $form ->
        [malformed] ARN の形式が正しくありません。
       *[unknown] パス内の ARN は Runtime のものではありません。
    }
    .why = { $form ->
        [malformed] { $part ->
            [parts] ARN はコロンで区切られた 6 つの部分からなります。
            [partition] パーティションが AWS のもの（aws、aws-cn、aws-us-gov）ではありません。
            [service] サービスは bedrock-agentcore でなければなりません。
            [region] リージョンは us-east-1 のような値でなければなりません。
            [account] アカウントは 12 桁の数字でなければなりません。
           *[resource] リソースは runtime/名前-接尾辞、gateway/名前-接尾辞、harness/名前-接尾辞のいずれかで、接尾辞は 10 文字です。
        }
       *[unknown] { $identifier ->
            [unknown] エンドポイントやハーネスなど、別のリソースの ARN です。
           *[other] { $identifier } はエンドポイントやハーネスなど、別のリソースの ARN です。
        }
    }
    .fix = { $form ->
        [malformed] スタックの出力または list-agent-runtimes の出力から ARN をコピーしてください。
       *[unknown] Runtime の ARN を使い、エンドポイント名は qualifier に指定してください。
    }
cause-path-wrong = サービスに存在しないパス、または対応していない HTTP メソッドです。
    .why = { $path ->
        [unknown] リクエストに一致するルートがありません。
       *[other] { $method ->
            [unknown] { $path } に一致するルートがありません。
           *[other] { $method } { $path } に一致するルートがありません。
        }
    }
    .fix = ARN をパーセントエンコードして /runtimes/ARN/invocations に POST してください。Gateway のパスは /mcp です。
cause-account-id-missing = Runtime を ID で指定していますが、accountId がありません。
    .why = { $identifier ->
        [unknown] ID には、ARN と違ってアカウントの情報がありません。
       *[other] { $identifier } は ARN ではなく ID のため、サービスはアカウントを特定できません。
    }
    .fix = ?accountId= を付けるか、パーセントエンコードした ARN を使ってください。
cause-wrong-host = { $form ->
        [scheme] URL が https ではなく http で始まっています。
       *[unknown] { $sent ->
            [no] URL のホストは、コントロールプレーンとデータプレーンが逆です。
           *[unknown] コントロールプレーンとデータプレーンのホストを取り違えています。
        }
    }
    .why = { $form ->
        [scheme] AgentCore のエンドポイントは HTTPS です。ベアラートークンを暗号化せずに送ってはいけません（RFC 6750 5.3 節）。
       *[unknown] データプレーンのパスは bedrock-agentcore に、コントロールプレーンのパスは bedrock-agentcore-control にだけ存在します。
    }
    .fix = { $form ->
        [scheme] https に変更してください。この URL にトークンを送った場合は、漏えいしたものとして扱ってください。
       *[unknown] ホストは SDK から取得するか、ARN のリージョンから組み立ててください。
    }
cause-region-mismatch = ホストと ARN のリージョンが異なります。
    .why = ホストのリージョンは { $host_region } です。ARN のリージョンは { $arn_region } です。
    .fix = ホストを ARN のリージョンから組み立ててください。
cause-qualifier-not-found = { $qualifier ->
        [unknown] この Runtime に、その名前のエンドポイントはありません。
       *[other] この Runtime に { $qualifier } という名前のエンドポイントはありません。
    }
    .why = qualifier はバージョンではなくエンドポイント名で、大文字と小文字も区別されます。
    .fix = エンドポイントの一覧を取得し、その中の名前を使ってください。
cause-runtime-not-found = { $target ->
        [harness] ハーネス、または qualifier が示すエンドポイントが見つかりません。
       *[unknown] Runtime が見つかりません。
    }
    .why = { $arn ->
        [unknown] ARN またはリージョンが誤っているか、Runtime が削除または置き換えられています。再デプロイすると ID の末尾が変わることがあります。
       *[other] { $caller ->
            [unknown] 要求した Runtime: { $arn }（リージョン { $region }、アカウント { $account }）。
           *[other] 要求した Runtime: { $arn }（リージョン { $region }、アカウント { $account }）。AWS の呼び出し元: { $caller }。
        }{ $other_account ->
            [unknown] ARN またはリージョンが誤っているか、Runtime が削除または置き換えられています。再デプロイすると ID の末尾が変わることがあります。
           *[other] AWS の呼び出し元は別のアカウント { $other_account } に属しています。
        }
    }
    .fix = { $other_account ->
        [unknown] ARN のリージョン、アカウント、ID をスタックの出力と照合してください。
       *[other] Runtime のアカウント（{ $account }）のプロファイルを使うか、アカウント { $other_account } にある Runtime の ARN を指定してください。
    }
cause-endpoint-propagating = エンドポイントは作成直後で、まだ呼び出せません。
    .why = データプレーンへの反映は READY から 30 秒から数分遅れます。
    .fix = 間隔を広げながら、最大 5 分間再試行してください。
cause-resource-not-ready = リソースが READY ではありません。
    .why = 状態は { $status } です。
    .fix = READY になるまで待つか、失敗の理由を確認してください。
cause-credential-missing = { $sent ->
        [no] リクエストに認証情報がありません。
       *[unknown] リクエストに認証情報がないため、拒否されました。
    }
    .why = { $sent ->
        [no] Authorization ヘッダーも署名もありません。
       *[unknown] { $challenge ->
            [no] Authorization ヘッダーがないか、空です。SigV4 を受け付ける Runtime はこのように応答します。存在しない Runtime も同じ応答をするという報告が一件あります。
           *[unknown] Authorization ヘッダーがないか、空です。
        }
    }
    .fix = { $sent ->
        [no] Authorization: Bearer ヘッダーでトークンを送ってください。呼び出し先が IAM オーソライザーの場合は、リクエストに署名してください。
       *[unknown] Authorization: Bearer ヘッダーでトークンを送ってください。認証情報なしの呼び出しであれば、この拒否が望ましい結果です。
    }
cause-bearer-placeholder = { $found ->
        [unknown] Authorization ヘッダーに、トークンではなく仮の値が入っています。
       *[other] Authorization ヘッダーに、トークンではなく { $found } が入っています。
    }
    .why = 変数が未設定か、値が入る前に文字列化されています。
    .fix = トークンがない場合はエラーで停止してください。ログにはトークンそのものではなく、有無だけを出力してください。
cause-bearer-prefix-missing = Authorization ヘッダーの値が Bearer で始まっていません。
    .why = スキームはヘッダーの値の一部です（RFC 6750）。
    .fix = Authorization: Bearer、空白、トークンの順に書いてください。
cause-sigv4-on-jwt = { $sent ->
        [unseen] 呼び出しの認証方式が、呼び出し先と異なります。一方が SigV4、もう一方が JWT です。
       *[unknown] SigV4 で署名した呼び出しですが、呼び出し先は JWT だけを受け付けます。
    }
    .why = { $sent ->
        [no] Runtime と Gateway が受け付ける認証情報は一種類だけで、この設定は JWT オーソライザーのものです。
       *[unknown] Runtime と Gateway が受け付ける認証情報は一種類だけです。この拒否から分かるのは設定されている種類だけで、JWT が許可されることまでは分かりません。
    }
    .fix = { $sent ->
        [unseen] 署名付きの呼び出し（boto3、AWS CLI）であれば、HTTPS でベアラートークンを付けて呼び出してください。ベアラートークン付きであれば、署名するか、customJWTAuthorizer をデプロイしてください。
       *[unknown] HTTPS でベアラートークンを付けて呼び出してください。SDK と AWS CLI は署名しかできません。
    }
cause-bearer-on-iam = ベアラートークン付きの呼び出しですが、呼び出し先は SigV4 だけを受け付けます。
    .why =
        { $authorizer ->
            [unknown] SigV4 を受け付ける呼び出し先がベアラートークンに返す応答です。
           *[other] デプロイ済みのオーソライザーは { $authorizer } です。
        }
    .fix = リクエストに署名する（boto3 は自動で署名します）か、customJWTAuthorizer をデプロイしてください。
cause-token-malformed = { $form ->
        [encrypted] トークンが暗号化されているため、オーソライザーは読み取れません。
        [header] トークンのヘッダーに、改行など使用できない文字が含まれているため、何も送信されていません。
       *[unknown] トークンが JWT の形式ではありません。
    }
    .why = { $form ->
        [encrypted] 五つの部分からなる JWE です。オーソライザーに必要なのは、三つの部分からなる署名付きの JWT です。
        [header] クライアントが送信を拒否しました。ファイルやシークレットから読み取ったトークンの末尾には、改行が付いていることがよくあります。
       *[unknown] JWT は base64url の三つの部分からなり、最初の二つは JSON です。この文字列はその形式ではありません。
    }
    .fix = { $form ->
        [encrypted] 署名付きのトークンを発行者に要求してください。Auth0 は audience のない要求に暗号化したトークンを返すため、audience に API の識別子を指定してください。
        [header] 読み取り時にトークンの前後の空白を取り除いてください。Python では token.strip()、JavaScript では token.trim()、シェルでは TOKEN="$(tr -d '\r\n' < FILE)" です。
        [opaque] 発行者が参照トークンを発行しています。JWT を発行するように、audience、resource、scope などで API を指定するか、flow = "token" を設定してコマンドでトークンを取得してください。
       *[unknown] トークンの読み取り方を確認してください（途中で切れている、引用符が付いている、別のフィールドを読んでいるなど）。
    }
cause-token-expired = トークンの有効期限が切れています。
    .why = { $exp ->
        [unknown] サービスがトークンの期限切れを報告しています。
       *[other] { $sent ->
            [no] exp は { $exp }、現在の時刻は { $now } です。
           *[unknown] exp は { $exp }、サービス側の時刻は { $now } でした。
        }
    }
    .fix =
        { $skew ->
            [unknown] 実行のたびに新しいトークンを取得してください。有効期間は ID プロバイダーの設定で決まります（Cognito の既定値は 60 分）。
           *[other] まず時計を合わせてください。サービス側とこのマシンの時計が { $skew } 秒ずれているため、新しいトークンも拒否されます。
        }
cause-token-near-expiry = トークンの残り有効時間が 1 分未満です。
    .why = { $exp ->
        [unknown] サービスは、残り時間が約 60 秒未満のトークンを期限切れとして扱います。
       *[other] サービスは、残り時間が約 60 秒未満のトークンを期限切れとして扱います。exp は { $exp } です。時刻は { $now } でした。
    }
    .fix = 残り時間が 2 分以上あるうちに更新してください。
cause-token-not-yet-valid = トークンはまだ有効ではありません。
    .why = { $nbf ->
        [unknown] サービスが、トークンがまだ有効でないことを報告しています。
       *[other] nbf は { $nbf } です。時刻は { $now } でした。
    }
    .fix = 発行者とこのマシンの時計を確認してください。
cause-issuer-mismatch = トークンの発行者が、オーソライザーの信頼する発行者と異なります。
    .why = { $wanted ->
        [unknown] { $found ->
            [unknown] サービスがトークンの発行者を拒否しています。
           *[other] サービスがトークンの iss を拒否しています: { $found }
        }
       *[other] トークンの iss: { $found }、オーソライザーが信頼する発行者: { $wanted }
    }
    .fix = { $provider ->
        [cognito] 信頼されたユーザープールのトークンを使うか、discoveryUrl をトークンの発行者に合わせてください。
        [entra] Entra の発行者は、バージョン 1.0 のトークン（sts.windows.net）と 2.0 のトークン（login.microsoftonline.com/TENANT/v2.0）で異なります。API のアプリケーションのマニフェストで requestedAccessTokenVersion を 2 にするか、discoveryUrl をトークンのバージョンの文書に合わせてください。
       *[unknown] 信頼された発行者のトークンを使うか、discoveryUrl をトークンの発行者に合わせてください。
    }
cause-signing-key-unknown = トークンの署名鍵が発行者の JWKS にありません。
    .why = { $wanted ->
        [unknown] サービスが、トークンの kid を発行者の鍵の中に見つけられません。
       *[other] トークンの kid: { $found }、JWKS の鍵: { $wanted }
    }
    .fix = 新しいトークンを取得してください。再発する場合は、別の発行者（Cognito では別のユーザープール）のトークンであるか、鍵がローテーションされています。
cause-signature-invalid = { $part ->
        [graph] Microsoft Graph 用のトークンなので、オーソライザーは署名を検証できません。
        [algorithm] オーソライザーはこの署名を検証できません。
       *[unknown] トークンの署名が正しくありません。
    }
    .why = { $part ->
        [graph] Entra ID が Microsoft Graph 用に発行するトークンの署名を検証できるのは、Microsoft Graph だけです。
        [algorithm] トークンのヘッダーの署名方式（alg）は公開鍵を使いません。オーソライザーが持つのは発行者の公開鍵だけです。
       *[unknown] { $defect ->
            [unknown] 発行者とクレームは一致していますが、サービスが署名を拒否しています。
           *[other] 発行者とクレームは一致していますが、サービスが署名を拒否しています（意図的な偽造: { $defect }）。
        }
    }
    .fix = { $part ->
        [graph] 自分の API 用のトークンを要求してください。アプリの登録でスコープを公開し、api://APPLICATION_ID/SCOPE（ユーザーのいないクライアントでは api://APPLICATION_ID/.default）を要求します。
        [algorithm] RS256 など、公開鍵を使う署名方式で発行者に署名させてください。
       *[unknown] 経路の途中でトークンが変わっていないか調べてください。偽造トークンであれば、この拒否が望ましい結果です。
    }
cause-id-token-sent = { $sent ->
        [no] アクセストークンではなく ID トークンです。
       *[unknown] アクセストークンが必要ですが、ID トークンが送られています。
    }
    .why = { $wanted ->
        [unknown] { $sent ->
            [no] ID トークンは、ユーザーをログインさせたクライアントのためのものです。client_id がないため allowedClients に拒否され、一致する可能性があるのは allowedAudience だけです。
           *[unknown] ID トークンには、オーソライザーが要求する client_id クレームがありません。
        }
       *[other] ID トークンには client_id クレームがなく、allowedClients は { $wanted } を要求しています。
    }
    .fix = 同じログインのアクセストークンを送ってください。項目名は access_token で、Cognito の InitiateAuth の応答では AccessToken です。
cause-client-not-allowed = { $form ->
        [settings] allowedClients は、このプロバイダーが既定で発行するアクセストークンには一致しません。
       *[unknown] { $instead ->
            [unknown] トークンのアプリクライアントが許可されていません。
           *[other] allowedClients が照合する client_id がトークンにありません。
        }
    }
    .why = { $form ->
        [settings] allowedClients が照合するのは client_id だけです。このプロバイダーは別のクレーム（{ $instead }）にクライアントを入れます。
       *[unknown] { $wanted ->
            [unknown] { $found ->
                [unknown] サービスがトークンの client_id を拒否しています。
               *[other] サービスがトークンの client_id（{ $found }）を拒否しています。
            }
           *[other] トークンの client_id は { $found }、allowedClients は { $wanted } です。
        }{ $instead ->
            [unknown] cid、appid、azp などのクレームは対象になりません。
           *[other] クライアントは { $instead } に入っていますが、照合の対象になりません。
        }
    }
    .fix = { $provider ->
        [auth0] Auth0 の API のトークンプロファイルを RFC 9068 にして、client_id を追加してください。または allowedClients を外し、allowedAudience に API の識別子を設定してください。
        [okta] allowedClients を外し、allowedAudience に Okta の認可サーバーの audience を設定してください。クライアントを限定するには、cid に対する customClaims の条件を追加してください。
        [entra] allowedClients を外し、allowedAudience にトークンの aud（バージョン 2.0 ではアプリケーション ID、1.0 ではアプリケーション ID URI）を設定してください。クライアントを限定するには、azp（2.0）または appid（1.0）に対する customClaims の条件を追加してください。
        [keycloak] プロトコルマッパーでアクセストークンに client_id を追加してください。または allowedClients を外し、オーディエンスマッパーと allowedAudience、あるいは azp に対する customClaims の条件を使ってください。
       *[unknown] { $instead ->
            [unknown] allowedClients にクライアントを追加するか、許可されたクライアントのトークンを使ってください。
           *[other] allowedClients を外し、allowedAudience または { $instead } に対する customClaims の条件で呼び出し元を限定してください。
        }
    }
cause-audience-not-allowed = { $form ->
        [settings] allowedAudience は、このプロバイダーが既定で発行するアクセストークンには一致しません。
       *[unknown] トークンの audience が許可されていません。
    }
    .why = { $form ->
        [settings] Cognito のアクセストークンには、トークン生成前トリガーで追加しない限り aud クレームがありません。
       *[unknown] { $wanted ->
            [unknown] { $found ->
                [unknown] サービスがトークンの aud を拒否しています。
               *[other] サービスがトークンの aud（{ $found }）を拒否しています。
            }
           *[other] トークンの aud は { $found }、allowedAudience は { $wanted } です。
        }{ $provider ->
            [cognito] Cognito のアクセストークンには aud クレームがありません。
            [unknown] Cognito のアクセストークンには aud クレームがありません。
           *[other] aud は、トークンの要求時に指定した API を示します。
        }
    }
    .fix = { $provider ->
        [cognito] Cognito のアクセストークンには、allowedAudience ではなく allowedClients を使ってください。
        [auth0] audience パラメーターに API の識別子を指定してトークンを要求し、その識別子を allowedAudience に追加してください。
        [entra] スコープ api://APPLICATION_ID/.default を要求し、トークンの aud（バージョン 2.0 ではアプリケーション ID、1.0 ではアプリケーション ID URI）を allowedAudience に追加してください。
        [okta] Okta の認可サーバーの audience を allowedAudience に追加してください。組織の認可サーバーのトークンは Okta 自身のためのものなので、default などのカスタム認可サーバーを使ってください。
        [keycloak] クライアントスコープにオーディエンスマッパーを追加し、その audience を allowedAudience に追加してください。
        [unknown] Cognito のアクセストークンには、allowedAudience ではなく allowedClients を使ってください。他のプロバイダーでは、allowedAudience にある audience のトークンを要求してください。
       *[other] allowedAudience にある audience のトークンを要求するか、トークンの aud を allowedAudience に追加してください。
    }
cause-scope-missing = 必要なスコープがトークンに一つもありません。
    .why = { $wanted ->
        [unknown] { $found ->
            [unknown] サービスがトークンのスコープを拒否しています。
           *[other] サービスがトークンの scope（{ $found }）を拒否しています。
        }
       *[other] トークンの scope は { $found }、必要なスコープは { $wanted } です。
    }{ $provider ->
        [cognito] パスワードログインで得られるのは aws.cognito.signin.user.admin だけです。
        [unknown] Cognito のパスワードログインで得られるのは aws.cognito.signin.user.admin だけです。
        [entra] ユーザーのいないトークンには、scp ではなく roles が入ります。
       *[other] トークンに入るのは、要求して許可されたスコープだけです。
    }
    .fix = { $provider ->
        [cognito] client_credentials グラントでスコープを要求するか、allowedScopes を変更してください。
        [entra] API のアプリケーションでスコープを公開し、api://APPLICATION_ID/SCOPE を要求してください。ユーザーのいないクライアントには、allowedScopes ではなく roles に対する customClaims の条件を使ってください。
       *[unknown] ID プロバイダーにスコープを要求する（Cognito では client_credentials グラントを使う）か、allowedScopes を変更してください。
    }
cause-custom-claim-mismatch = カスタムクレームが条件を満たしていません。
    .why = { $wanted ->
        [unknown] { $found ->
            [unknown] サービスがクレーム { $claim } を拒否しています。
           *[other] サービスがクレーム { $claim } を拒否しています（値: { $found }）。
        }
       *[other] トークンの { $claim } は { $found } です。条件は { $operator } { $wanted } です。
    }
    .fix = { $provider ->
        [cognito] トークン生成前トリガーでトークンにクレームを追加するか、条件を変更してください。
        [auth0] Action でアクセストークンにクレームを追加するか、条件を変更してください。
        [okta] Okta の認可サーバーでアクセストークンにクレームを追加するか、条件を変更してください。
        [entra] アプリケーションにアプリロールまたは省略可能なクレームを追加するか、条件を変更してください。
        [keycloak] プロトコルマッパーでアクセストークンにクレームを追加するか、条件を変更してください。
       *[unknown] ID プロバイダーでトークンにクレームを追加する（Cognito ではトークン生成前トリガーを使う）か、条件を変更してください。
    }
cause-workload-binding = { $through ->
        [unknown] この Runtime は Gateway 経由の呼び出しだけを受け付けます。
       *[other] この Runtime は、この Gateway 以外のワークロード経由の呼び出しだけを受け付けます。
    }
    .why = { $through ->
        [unknown] { $wanted ->
            [unknown] allowedWorkloadConfiguration が設定されているため、直接呼び出しの失敗は設定どおりです。直接の呼び出しには、Gateway が付けるトランザクショントークンがありません。
           *[other] allowedWorkloadConfiguration に { $wanted } が設定されているため、直接呼び出しの失敗は設定どおりです。
        }
       *[other] allowedWorkloadConfiguration に設定されているのは { $wanted } で、ターゲット { $through } を持つ Gateway は含まれていません。
    }
    .fix = { $through ->
        [unknown] Gateway 経由で呼び出すか、この設定を外してください。
       *[other] Runtime の allowedWorkloadConfiguration の hostingEnvironments に、この Gateway の ARN を追加してください。
    }
cause-iam-not-allowed = 署名は有効ですが、呼び出し元に権限がありません。
    .why = サービスからのメッセージ: { $message }
    .fix = { $policy ->
        [caller] { $action ->
            [unknown] { $needs ->
                [unknown] 呼び出し元のポリシーで、このリソースに対するアクションを許可してください。
               *[other] 呼び出し元のポリシーで、このリソースに対する { $needs } を許可してください。
            }
           *[other] 呼び出し元のポリシーで、メッセージにあるリソースに対する { $action } を許可してください。{ $part ->
                [runtime] Runtime の場合は、その ARN とエンドポイントの ARN の両方が対象です。
               *[unknown] { "" }
            }
        }
        [unknown] { $action ->
            [unknown] 呼び出し元のポリシーで、このリソースに対するアクションを許可してください。
           *[other] 呼び出し元のポリシーで、メッセージにあるリソースに対する { $action } を許可してください。{ $part ->
                [runtime] Runtime の場合は、その ARN とエンドポイントの ARN の両方が対象です。
               *[unknown] { "" }
            }
        }
       *[other] 拒否しているポリシー（{ $policy }）で、このリソースに対するアクションを許可してください。呼び出し元のポリシーの Allow だけでは足りません。
    }
cause-iam-user-id-not-allowed = user-id ヘッダーには専用の権限が必要です。
    .why = サービスからのメッセージ: { $message }
    .fix = bedrock-agentcore:InvokeAgentRuntimeForUser を許可するか、ヘッダーを外してください。
cause-aws-key-unknown = AWS がこのアクセスキーを認識していません。
    .why = サービスからのメッセージ: { $message }
    .fix = 使用中のプロファイルを確認してください。キーが削除されているか、別のパーティションのキーである可能性があります。
cause-aws-signature-invalid = 署名がリクエストと一致しません。
    .why = サービスからのメッセージ: { $message }
    .fix = シークレットキーと、署名後にリクエストが変更されていないことを確認してください。
cause-aws-token-expired = AWS のセッショントークンの有効期限が切れています。
    .why = サービスからのメッセージ: { $message }
    .fix = ログインし直してください（aws sso login、またはロールの再引き受け）。
cause-aws-clock-skew = このマシンの時計がずれています。
    .why = 署名の有効期間は 5 分です。サービスからのメッセージ: { $message }
    .fix = 時計を合わせてください（NTP）。
cause-refused-unexplained = { $checked ->
        [unknown] 呼び出しが拒否されましたが、応答からは理由が分かりません。
       *[other] 呼び出しが拒否されましたが、確認できる項目からは理由が分かりません。
    }
    .why = { $checked ->
        [unknown] { $credential ->
            [sigv4] 呼び出し先がトークンだけを受け付けるか、ポリシーが呼び出し元を拒否している可能性があります。サービスからのメッセージ: { $message }
           *[unknown] 多いのは、トークンの期限切れ、ID トークンの使用、別クライアントのトークン、呼び出し先が SigV4 を受け付ける設定です。サービスからのメッセージ: { $message }
        }
       *[other] 確認できていないもの: 直前のオーソライザーの変更、リソースポリシー、WAF、インターセプター。サービスからのメッセージ: { $message }
    }
    .fix = { $lacks ->
        [body] 応答の本文と www-authenticate ヘッダーを表示してください。理由はそこにあります。次にトークンをデコードし、exp、token_use、client_id、aud をオーソライザーの設定と比べてください。
        [signature] 応答の本文と x-amzn-ErrorType ヘッダーを表示してください。アクションとポリシーはそこにあります。次にデプロイされたオーソライザー（get-agent-runtime または get-gateway）を確認してください。トークンだけを受け付ける設定であれば、署名は拒否されます。
        [token] トークンをデコードし、exp、iss、token_use、client_id、aud をオーソライザーの設定と比べてください。テキストにリクエストが含まれていれば、このツールが確認します。
        [configuration] デプロイされたオーソライザーを読み取り（get-agent-runtime または get-gateway）、そのルールをトークンの client_id、aud、scope と比べてください。
       *[unknown] メトリクス InboundAuthorizationFailure の ExceptionType と、リソースポリシーを確認してください。
    }
cause-session-id-length = Runtime のセッション ID が 33〜256 文字ではありません。
    .why = { $length ->
        [unknown] サービスが無効なセッション ID を報告しています。AWS のドキュメントのサンプルは 14 文字の ID を送っています。
       *[other] セッション ID の長さ: { $length }。AWS のドキュメントのサンプルは 14 文字の ID を送っています。
    }
    .fix = 接頭辞付きの UUID を送るか、ヘッダーを外してください。
cause-mmdsv2-required = Runtime で MMDSv2 が有効になっていません。
    .why = 2026-06-30 以降、このような Runtime は拒否されます。サービスからのメッセージ: { $message }
    .fix = アーティファクト、ロール、オーソライザーを維持したまま、requireMMDSV2 を有効にして Runtime を更新してください。
cause-task-not-done = { $state ->
        [rejected] エージェントはメッセージを受け取りましたが、タスクを拒否しました。
       *[auth-required] エージェントはメッセージを受け取り、別の認証情報を求めています。
    }
    .why = 応答は { $state } 状態の A2A タスクです。エージェントのメッセージ: { $message }
    .fix = { $state ->
        [rejected] エージェントが実行できるメッセージを [runtime] payload に指定してください。
       *[auth-required] エージェントが求めるサービスにサインインするか、別の認証情報が不要なメッセージを [runtime] payload に指定してください。
    }
cause-payload-rejected = リクエストの内容をサービスが拒否しました。
    .why = サービスからのメッセージ: { $message }
    .fix = { $part ->
        [header] メッセージが示すヘッダーを、本文と同じ値で送ってください。Mcp-Method、Mcp-Name、MCP-Protocol-Version、または x-mcp-header の付いた引数の Mcp-Param-NAME です。
       *[unknown] { $message ->
            [unknown] 応答の本文を表示してください。修正すべき箇所が message に書かれています。
           *[other] メッセージが示す箇所を修正してください。
        }
    }
cause-accept-header = Accept ヘッダーに、必要な二つのメディアタイプの一方がありません。
    .why = MCP の Runtime は application/json と text/event-stream の両方を要求します。
    .fix = Accept: application/json, text/event-stream を送ってください。
cause-session-conflict = セッションが使用中です。
    .why = サービスからのメッセージ: { $message }
    .fix = 少し待って再試行してください。RetryableConflictException は boto3 の standard モードが自動で再試行します。AWS CLI v1、legacy モード、SDK を使わない呼び出しでは、呼び出し側で再試行する必要があります。ConflictException は自動では再試行されません。
cause-quota-exceeded = アカウントのクォータを使い切っています。
    .why = サービスからのメッセージ: { $message }
    .fix = 使っていないセッションを停止するか、クォータの引き上げを申請してください。
cause-throttled = 呼び出しがスロットリングされました。
    .why = 認可については何も分かりません。サービスからのメッセージ: { $message }（SDK が { $retries } 回再試行した後）
    .fix = 少し待って再試行してください。
cause-service-fault = サービス側の障害です。
    .why = 認可については何も分かりません。サービスからのメッセージ: { $message }
    .fix = 再試行してください。再発する場合は、リクエスト ID を添えて AWS サポートに問い合わせてください。
cause-gateway-timeout = エージェントのコンテナが時間内に応答しませんでした。
    .why = 認可には成功しています。コンテナが待ち受けていない、ポートが違う、アーキテクチャが違うなどの原因が考えられます。
    .fix = Runtime のログを確認してください。
cause-container-failed = 認可には成功しましたが、エージェントのコンテナでエラーが発生しました。
    .why = サービスからのメッセージ: { $message }
    .fix = { $part ->
        [host] コンテナの MCP サーバーが AgentCore のホストを受け入れるようにしてください。TransportSecuritySettings の allowed_hosts と allowed_origins を設定するか、DNS リバインディング保護を無効にします。
        [authorization] 拒否したのはコンテナ自身です。コンテナでトークンを確認している場合は、Runtime の requestHeaderAllowlist に Authorization を追加してください。追加しない限り、このヘッダーはコンテナに届きません。そのうえで Runtime のログを確認してください。
        [content-type] Content-Type を送ってください。boto3 は contentType="application/json" を指定しない限り送らず、FastAPI などのフレームワークは 422 を返します。そのうえで Runtime のログを確認してください。
        [workload-token] 署名付きの呼び出しに X-Amzn-Bedrock-AgentCore-Runtime-User-Id を付けるか（bedrock-agentcore:InvokeAgentRuntimeForUser が必要です）、JWT で呼び出してください。Runtime の外では、トークンを手動で設定してください。
       *[unknown] Runtime のログ（CloudWatch の /aws/bedrock-agentcore/runtimes/ID-ENDPOINT）を確認してください。環境変数の不足、異常終了、設定と異なるプロトコルなどがよくある原因です。
    }
cause-gateway-session-missing = Gateway はセッションを要求しますが、Mcp-Session-Id がありません。
    .why = sessionConfiguration があると、initialize より後のすべてのリクエストにセッション ID が必要です。
    .fix = initialize の応答にある Mcp-Session-Id ヘッダーを、以降のすべてのリクエストに付けてください。
cause-gateway-session-expired = Gateway がこのセッションを認識していません。期限切れの可能性があります。
    .why = セッションには期限があり、一人のユーザーに紐付いています。セッション ID: { $session }
    .fix = initialize をやり直してください。
cause-insufficient-scope = Gateway が要求するスコープがトークンにありません。
    .why = { $validated ->
        [unknown] 必要なスコープは { $wanted } です。トークンのスコープは { $found } です。
       *[other] 必要なスコープは { $wanted } です。トークンのスコープは { $found } です。必要なスコープは公開用の名前（advertisedScopeMapping）で、トークンに必要なのは allowedScopes の名前です: { $validated }
    }
    .fix = ID プロバイダーにそのスコープを要求してください。
cause-protocol-version-unsupported = { $server ->
        [container] 認可には成功しましたが、エージェントの MCP サーバーがこの MCP バージョンに対応していません。
       *[unknown] Gateway はこの MCP バージョンに対応していません。
    }
    .why = 要求したバージョン: { $asked }、対応しているバージョン: { $supported }
    .fix = { $server ->
        [container] サーバーが対応しているバージョンを送るか、コンテナの MCP SDK を更新してください。
       *[unknown] 対応しているバージョンを送るか、このバージョンを supportedVersions に追加してください。
    }
cause-target-unknown = Gateway にそのターゲットはありません。
    .why =
        { $tool ->
            [unknown] 呼び出しはターゲット { $target } を指しています。
           *[other] ツール { $tool } はターゲット { $target } のツールです。
        }
    .fix =
        { $tool ->
            [unknown] ターゲットの一覧を取得し、その中の名前を使ってください。URL のパス（/TARGET/invocations）か、ツール名の前（TARGET___TOOL）に書きます。
           *[other] ツールの一覧を取得し、その中の名前（TARGET___TOOL）を使ってください。
        }
cause-target-not-ready = Gateway のターゲットが READY ではないため、そのツールを利用できません。
    .why = { $target ->
        [unknown] { $reason ->
            [unknown] ターゲットが失敗しています。これは Gateway からターゲットへの呼び出しで、呼び出し元の認可とは別です。
           *[other] Gateway がターゲットの MCP サーバーからツールを読み取れませんでした。これは Gateway からターゲットへの呼び出しで、呼び出し元の認可とは別です。
        }
       *[other] ターゲット { $target } の状態は { $status } です。認可に問題はありません。
    }
    .fix = { $reason ->
        [unknown] ターゲットの状態の理由を確認し、同期し直してください。
       *[other] ターゲットのサーバーが Gateway に応答できるようにしてください。確認するのは、URL、アウトバウンドの認証情報プロバイダー（トークンの audience とスコープ、または SigV4 を受け付ける Runtime であればサービス名 bedrock-agentcore の IAM 認証情報）、Gateway のロールです。そのうえでターゲットを同期してください。
    }
cause-tool-failed = { $listed ->
        [no] 認可には成功しましたが、このツールはサーバーの一覧にありません。
       *[unknown] 認可には成功しましたが、ツールでエラーが発生しました。
    }
    .why =
        { $tool ->
            [unknown] ツールからのメッセージ: { $message }
           *[other] { $listed ->
                [no] { $tool } はサーバーのツール一覧にありません（{ $count } 件）。サーバーからのメッセージ: { $message }
               *[unknown] { $tool } からのメッセージ: { $message }
            }
        }
    .fix = { $listed ->
        [no] 環境ファイルの [gateway] tool を修正するか、ツールをデプロイしてください。
       *[unknown] exceptionLevel を DEBUG に設定し、ツールをもう一度呼び出してください。
    }
cause-search-disabled = 検索ツールが有効になっていません。
    .why = ツール x_amz_bedrock_agentcore_search には searchType SEMANTIC が必要です。
    .fix = searchType を SEMANTIC に設定するか、このツールを呼び出さないでください。
cause-open-endpoint = 有効な認証情報なしで許可されました。誰でも呼び出せる状態です。
    .why =
        { $defect ->
            [unknown] オーソライザーが NONE か、機能していません。
           *[other] オーソライザーが NONE か、機能していません（許可された偽造トークン: { $defect }）。
        }
    .fix =
        { $target ->
            [runtime] Runtime の手前にあるものが応答していないか、また GetAgentRuntime に想定どおりのオーソライザーが表示されるかを確認してください。どちらも問題がなければ、AWS に報告してください。
            [harness] ハーネスの手前にあるものが応答していないか、また GetHarness に想定どおりのオーソライザーが表示されるかを確認してください。どちらも問題がなければ、AWS に報告してください。
            [registry] レジストリの手前にあるものが応答していないか、また GetRegistry に想定どおりのオーソライザーが表示されるかを確認してください。どちらも問題がなければ、AWS に報告してください。
           *[unknown] オーソライザーを設定してください。Gateway のオーソライザーの種類は変更できないため、Gateway は作り直してください。
        }
cause-authenticate-only = 許可されましたが、確認されたのは署名だけです。
    .why = AUTHENTICATE_ONLY は、すべての AWS プリンシパルを許可します。
    .fix = AWS_IAM を使うか、インターセプターまたはポリシーエンジンを追加してください。
cause-challenge-header-renamed = API Gateway が WWW-Authenticate ヘッダーの名前を変えたため、クライアントにログイン先が伝わりません。
    .why = チャレンジは x-amzn-remapped-www-authenticate として届いています。MCP クライアントは WWW-Authenticate を受け取ったときにだけログインを始めます。
    .fix = クライアントから Gateway または Runtime 自身の URL を呼び出すか、API Gateway の手前（CloudFront のレスポンス関数など）で WWW-Authenticate を設定し直してください。
cause-oauth-metadata-missing = { $kind ->
        [refused] 認証情報なしの呼び出しに 401 ではなく { $status } が返るため、クライアントはログインを開始しません。
        [malformed] protected-resource メタデータの内容が不正なため、クライアントにはログイン先が分かりません。
       *[unknown] クライアントが protected-resource メタデータを取得できないため、ログイン先が分かりません。
    }
    .why = { $kind ->
        [refused] メタデータの内容にかかわらず、多くのクライアントは 401 でのみログインを開始します。
        [malformed] { $url } は 200 を返しますが、その内容はどのクライアントにも拒否されます。不足または不正な項目: { $members }。
       *[unknown] { $metadata ->
                [unknown] クライアントはその場所を、WWW-Authenticate ヘッダーの resource_metadata、なければ呼び出し先ホストの /.well-known/oauth-protected-resource から求めます。
               *[other] チャレンジの { $metadata } は絶対 URL ではありません。
            }応答のステータスは { $status } です。クライアントのメッセージ: { $message }
    }
    .fix = { $kind ->
        [malformed] メタデータには、AgentCore が提供するとおりの resource（MCP サーバーの URL）と authorization_servers（絶対 URL のリスト）が必要です。途中のプロキシが代わりに応答したり、内容を変更したりしていないか確認してください。
        [refused] AgentCore と同じく、認証情報なしの呼び出しには 401 と WWW-Authenticate で応答してください。代わりに応答しているプロキシ、ファイアウォール、ポリシーがないか確認してください。
       *[unknown] 認証情報なしで 1 回呼び出し、WWW-Authenticate ヘッダーを確認してください。resource_metadata は 200 を返す絶対 URL でなければなりません。間にあるプロキシは両方をそのまま通す必要があります。IAM オーソライザーのターゲットにこの文書はないので、SigV4 で署名してください。
    }
cause-resource-mismatch = { $found ->
        [unknown] protected-resource メタデータの resource が、呼び出した URL とは別のものです。
       *[other] { $expected ->
                [unknown] protected-resource メタデータの resource は { $found } で、呼び出した URL とは別のものです。
               *[other] protected-resource メタデータの resource は { $found } ですが、呼び出し先は { $expected } です。
            }
    }
    .why = メタデータの resource のホストが呼び出し先と違うか、呼び出し先のパスが resource のパスで始まらない場合、クライアントはそのメタデータを拒否します。
    .fix = { $found ->
        [unknown] メタデータの resource の URL をクライアントに設定してください。
       *[other] クライアントに URL { $found } を設定してください。
    }別のドメインで呼び出す必要がある場合は、そのドメインを Gateway に設定してください（domainOverride）。プロキシではメタデータは変わりません。
cause-authorization-server-metadata-missing = { $kind ->
        [malformed] 認可サーバーのメタデータの内容が不正なため、クライアントはログインできません。
       *[unknown] クライアントが認可サーバーのメタデータを見つけられませんでした。
    }
    .why = { $kind ->
        [malformed] { $url } は 200 を返しますが、その内容はどのクライアントにも拒否されます。不足または不正な項目: { $members }。
       *[unknown] ディスカバリー文書をどれも読み取れませんでした。/.well-known/openid-configuration が応答するなら、/.well-known/oauth-authorization-server だけがなくても問題ありません。最後の応答のステータスは { $status } です。最後の URL は { $url } です。
    }
    .fix = { $kind ->
        [malformed] プロバイダーのメタデータにこれらの項目を含めてください。Cognito では、ユーザープールにドメインがある場合だけエンドポイントが含まれます。
       *[unknown] protected-resource メタデータの authorization_servers にある発行者の末尾に /.well-known/openid-configuration を付けて開き、200 と JSON が返ることを確認してください。クライアントが Gateway や Runtime のホストに問い合わせている場合は、protected-resource メタデータを取得できていません。
    }
cause-metadata-issuer-mismatch = { $found ->
        [unknown] ディスカバリー文書の発行者が、問い合わせた発行者と異なります。
       *[other] { $expected ->
                [unknown] ディスカバリー文書の発行者が、問い合わせた発行者と異なります: { $found }
               *[other] ディスカバリー文書の発行者は { $found } ですが、問い合わせた発行者は { $expected } です。
            }
    }
    .why = クライアントは末尾のスラッシュも含めて 1 バイトずつ比較します（RFC 8414）。
    .fix = オーソライザーのディスカバリー URL を、文書にある発行者に /.well-known/openid-configuration を付けたものにしてください。Entra では、common ではなくテナント ID と、バージョン 2.0 の文書を使ってください。
cause-authorization-response-issuer = { $found ->
        [unknown] クライアントがログイン後のリダイレクトを拒否しました。iss がないか、別の認可サーバーを示しています。
       *[other] クライアントがログイン後のリダイレクトを拒否しました。iss が { $found } であり、メタデータの発行者と異なります。
    }
    .why = クライアントはリダイレクトの iss をメタデータの発行者と 1 バイトずつ比較し、メタデータが iss を送ると宣言している場合は、iss のないリダイレクトも拒否します（RFC 9207）。期待される発行者は { $expected } です。
    .fix = 認可サーバーが、メタデータと完全に同じ発行者を iss として送るようにするか、authorization_response_iss_parameter_supported の宣言をやめてください。途中のプロキシは、どちらも変更せずに通す必要があります。iss が示すサーバーに心当たりがなければ、再度ログインしないでください。別のサーバーからの応答の可能性があります。
cause-pkce-not-advertised = 認可サーバーのメタデータに、PKCE の S256 が載っていません。
    .why = S256 のない一覧は、どのクライアントも拒否します。ChatGPT、Zed、以前の Claude Code（2.0.60）などは、一覧そのものがないメタデータも拒否します。Cognito と Entra はこの一覧を省くことがあります。載っている方式は { $methods } です。
    .fix = 自社のプロバイダーなら、code_challenge_methods_supported に S256 を追加してください。Cognito や Entra では、一覧のないメタデータを受け入れるクライアント（最新の MCP SDK、mcp-remote）を使うか、一覧を補う OAuth プロキシを手前に置いてください。
cause-response-type-unsupported = 認可サーバーのメタデータに、レスポンスタイプ code が載っていません。
    .why = TypeScript の MCP SDK と、それを使うクライアントは、response_types_supported に code がないサーバーを拒否します。載っているタイプは { $types } です。
    .fix = プロバイダーで認可コードフローを有効にするか、メタデータの response_types_supported に code を追加してください。発行者がユーザーのログイン用のものかも確認してください。マシン専用のサーバーには code が載りません。
cause-token-endpoint-insecure = 認可サーバーのメタデータにあるトークンエンドポイントが HTTPS ではありません。
    .why = クライアントは、同じマシン上のものを除き、HTTPS のトークンエンドポイントにしか認可コードやシークレットを送りません。トークンエンドポイントは { $url } です。
    .fix = メタデータのトークンエンドポイントを https にしてください。TLS を終端するプロキシの内側にある場合は、プロバイダーに公開アドレスを設定してください（Keycloak では hostname）。メタデータの URL はそこから作られます。
cause-client-registration-unsupported = クライアントに client_id がなく、認可サーバーにもクライアントを自動登録する機能がありません。
    .why = クライアントを登録できるのは、メタデータに registration_endpoint があるプロバイダーだけです。AgentCore 自身に登録機能はありません。登録のステータスは { $status } です。メッセージ: { $message }
    .fix = プロバイダーでクライアントのリダイレクト URI を指定してアプリクライアントを作成し、その ID をクライアントに設定してください。オーソライザーに allowedClients がある場合は、その ID も追加してください。ない場合は、プロバイダーで登録を有効にする方法もあります（Cognito では OpenDcrEnabled）。
cause-client-registration-refused = 認可サーバーがクライアントの登録を拒否しました。
    .why = { $provider ->
        [okta] Okta でのクライアントの登録には API トークンが必要です。
        [keycloak] Keycloak のレルムのクライアント登録ポリシーが拒否しました。
       *[unknown] プロバイダーは、トークン、信頼済みホスト、または許可されたリダイレクト URI を求めることがあります（RFC 7591）。
    }登録のステータスは { $status } です。サービスからのメッセージ: { $message }
    .fix = { $provider ->
        [keycloak] レルムのポリシー（Clients、Client registration、Anonymous access policies）を変更するか、クライアントをあらかじめ作成して、その client_id を MCP クライアントに設定してください。
        [okta] Okta でアプリをあらかじめ作成し、その client_id を MCP クライアントに設定してください。API トークンのないクライアントは登録できません。
        [auth0] アプリケーションをあらかじめ作成し、その client_id を MCP クライアントに設定するか、テナントの設定で動的クライアント登録を有効にしてください。
        [entra] アプリ登録をあらかじめ作成し、その client_id を MCP クライアントに設定してください。Entra は動的クライアント登録に対応していません。
        [cognito] アプリクライアントをあらかじめ作成し、その client_id を MCP クライアントに設定してください。登録を許可する場合は、OpenDcrEnabled を有効にするか、スコープ aws.cognito/dcr/register のアクセストークンで登録してください。
       *[unknown] プロバイダーでクライアントをあらかじめ作成し、その client_id を MCP クライアントに設定するか、プロバイダー側で登録を許可してください（Cognito では OpenDcrEnabled）。
    }
cause-registered-client-not-allowed = クライアントは動的登録 (DCR) を行いましたが、その新しい ID は allowedClients にありません。
    .why = 登録のたびに別の client_id が作られるため、固定の一覧には含まれません。ID は { $client } です。
    .fix = allowedClients にある ID をクライアントに設定し、登録が行われないようにしてください。または、オーソライザーの allowedClients を allowedScopes か allowedAudience に置き換えてください。
cause-cimd-url-not-allowed = 認可サーバーは、このクライアントの client_id として URL を受け付けません。
    .why = クライアントメタデータ文書の URL は、プロバイダーのポリシーで許可されている場合にだけ受け付けられます。URL は { $client } です。メッセージ: { $message }
    .fix = Cognito では、URLPatterns がこの URL に一致し、アプリクライアントを指定する CIMD ポリシーを作成してください。ほかのプロバイダーでは、クライアントをあらかじめ登録し、その client_id を設定してください。
cause-resource-parameter-rejected = { $resource ->
        [unknown] ID プロバイダーが、トークンの対象リソースを拒否しました。
       *[other] ID プロバイダーがリソース { $resource } を拒否しました。
    }
    .why = { $kind ->
        [scopes] リソースが、要求されたスコープを持つアプリケーションと異なります。
        [unsupported] プロバイダーは、この種のリクエストで resource パラメーターを受け付けません。
       *[unknown] プロバイダーに、この名前と完全に一致する API がありません。MCP クライアントは MCP サーバーの URL を resource として送ります（RFC 8707）。
    }サービスからのメッセージ: { $message }
    .fix = { $provider ->
        [entra] クライアントが resource を送らないようにし（mcp-remote では --disable-resource-parameter）、api://APPLICATION_ID/SCOPE のようなスコープを要求してください。Entra が URL を受け付けるのは、テナントが所有するドメインのアプリケーション ID URI だけです。resource を必ず送る MCP クライアントでは、自社ドメインを Gateway に設定し（domainOverride）、その URL をアプリケーション ID URI にしてください。
        [auth0] この値を識別子とする API を Auth0 に作成し、アプリケーションに許可してください。MCP クライアントは audience ではなく resource を送るため、テナントの Resource Parameter Compatibility Profile を有効にしてください。
       *[unknown] この値を識別子とする API をプロバイダーに登録するか、クライアントが resource を送らないようにしてください（mcp-remote では --disable-resource-parameter）。
    }
cause-redirect-uri-mismatch = { $redirect ->
        [unknown] クライアントのリダイレクト URI が ID プロバイダーに登録されていません。
       *[other] リダイレクト URI { $redirect } が ID プロバイダーに登録されていません。
    }
    .why = アプリクライアントに登録されている URI のどれかでなければなりません。多くのプロバイダーはポートも含めて 1 文字ずつ比較します。サービスからのメッセージ: { $message }
    .fix = ログイン URL の redirect_uri を、そのままアプリクライアントに追加してください（Cognito では CallbackURLs）。ポートを毎回変えるクライアントでは固定してください（Claude Code では --callback-port、mcp-remote では URL の次の引数）。
cause-auth-flow-disabled = このアプリクライアントでは、このログインフローが許可されていません。
    .why = サービスからのメッセージ: { $message }
    .fix =
        { $client ->
            [unknown] アプリクライアントの ExplicitAuthFlows に { $flow ->
                [unknown] ALLOW_USER_PASSWORD_AUTH
               *[other] ALLOW_{ $flow }
            } を追加してください。
           *[other] アプリクライアント { $client } の ExplicitAuthFlows に { $flow ->
                [unknown] ALLOW_USER_PASSWORD_AUTH
               *[other] ALLOW_{ $flow }
            } を追加してください。
        }
cause-secret-hash-missing = アプリクライアントにシークレットがありますが、SECRET_HASH が送信されていません。
    .why = サービスからのメッセージ: { $message }
    .fix = SECRET_HASH（シークレットを鍵とする、ユーザー名とクライアント ID の HMAC-SHA256 を base64 にした値）を送るか（環境ファイルでは [identity] client_secret）、シークレットのないアプリクライアントを使ってください。
cause-secret-hash-unexpected = アプリクライアントにシークレットがないのに、SECRET_HASH が送信されました。
    .why = サービスからのメッセージ: { $message }
    .fix = SECRET_HASH を送らないでください（環境ファイルでは [identity] client_secret を削除します）。
cause-secret-hash-wrong = SECRET_HASH が正しくありません。
    .why = サービスからのメッセージ: { $message }
    .fix = client_secret を確認してください。ハッシュの対象はユーザー名とクライアント ID です。
cause-wrong-password = ユーザー名またはパスワードが違います。
    .why = { $provider ->
        [unknown] 存在しないユーザーに対しても、Cognito は同じ応答を返します。
       *[other] ID プロバイダーが受け付けませんでした。
    }サービスからのメッセージ: { $message }
    .fix = { $form ->
        [placeholder] [identity] username が仮の値 { $username } のままです。ユーザープールのユーザーに置き換えてください。
       *[unknown] { $username ->
            [unknown] まず username と、password が参照する値（環境変数など）を確認してください。
           *[other] { $variable ->
                [unknown] まずユーザー名 { $username } とそのパスワードを確認してください。
               *[other] まずユーザー名 { $username } と環境変数 { $variable } のパスワードを確認してください。
            }
        }どちらも正しい場合は、ユーザーに恒久的なパスワードを設定してください。
    }
cause-password-change-required = ユーザーは先に新しいパスワードを設定する必要があります。
    .why = { $provider ->
        [unknown] Cognito は 200 と NEW_PASSWORD_REQUIRED を返し、トークンを発行していません。
       *[other] それまで ID プロバイダーはトークンを発行しません。
    }
    .fix = ユーザーに恒久的なパスワードを設定してください。
cause-mfa-required = { $challenge ->
        [SOFTWARE_TOKEN_MFA] このユーザーには MFA（認証アプリのコード）が必要です。
        [SMS_MFA] このユーザーには MFA（SMS のコード）が必要です。
        [SMS_OTP] ユーザープールが SMS のコードを求めています。
        [EMAIL_OTP] ユーザープールがメールのコードを求めています。
        [SELECT_MFA_TYPE] このユーザーには MFA が必要で、方法を選択する必要があります。
        [MFA_SETUP] このユーザーには MFA が必要ですが、まだ設定されていません。
        [SELECT_CHALLENGE] ユーザーがログイン方法を選択する必要があります。
        [WEB_AUTHN] このユーザーはパスキーでログインします。
        [CUSTOM_CHALLENGE] ユーザープールが独自の質問をしています（Lambda トリガー）。
       *[unknown] このユーザーには MFA（多要素認証）が必要です。
    }
    .why = { $provider ->
        [unknown] Cognito は 200 とチャレンジを返し、トークンを発行していません。
       *[other] それがないと ID プロバイダーはトークンを発行しません。
    }
    .fix = { $challenge ->
        [MFA_SETUP] ブラウザーでの最初のログイン（flow = "authorization-code"）で、ユーザーが MFA を設定してください。
        [SELECT_CHALLENGE] ユーザーが選択できるように、ブラウザーでログインしてください（flow = "authorization-code"）。
        [WEB_AUTHN] ブラウザーでログインしてください（flow = "authorization-code"）。パスキーは他の方法では使えません。
        [CUSTOM_CHALLENGE] ログインページで質問できる場合はブラウザーでログインするか（flow = "authorization-code"）、トリガーが質問をしないユーザーまたはアプリクライアントを使ってください。
       *[unknown] ブラウザーでログインしてください（flow = "authorization-code"）。人が操作しない場合は、MFA のないテストユーザーか、flow = "refresh-token" または "token" を使ってください。
    }
cause-user-not-confirmed = ユーザーが確認済みではありません。
    .why = サービスからのメッセージ: { $message }
    .fix = ユーザーを確認済みにしてください。
cause-user-disabled = ユーザーが無効化されているため、ログインが拒否されました。
    .why = { $message ->
        [unknown] ID プロバイダーはこのユーザーを把握したうえで、ログインをすべて拒否しています。
       *[other] サービスからのメッセージ: { $message }
    } すでに発行されたトークンは、有効期限が切れるまで有効です。
    .fix = このユーザーに呼び出しを許可する場合は、ユーザーを有効化してください。
cause-password-reset-required = ユーザーのパスワードをリセットする必要があります。
    .why = サービスからのメッセージ: { $message }
    .fix = ユーザーに恒久的なパスワードを設定してください。
cause-client-not-found = アプリクライアントがこのユーザープールまたはリージョンにありません。
    .why = サービスからのメッセージ: { $message }
    .fix = client_id とユーザープールのリージョンを確認してください。
cause-oauth-client-invalid = 認可サーバーがこのクライアントまたはシークレットを認識していません。
    .why = サービスからのメッセージ: { $message }
    .fix = { $provider ->
        [entra] { $kind ->
                [expired] アプリの登録で新しいクライアントシークレットを作成し（証明書とシークレット）、その値を使ってください。
                [public] このアプリケーションはパブリッククライアントとして登録されているため、クライアントシークレットを送らないでください。
               *[unknown] アプリケーション ID とテナントを確認し、シークレットの ID ではなく値を使ってください。
            }
       *[unknown] client_id と client_secret、その送り方（本文または Basic）、このクライアントを登録したプロバイダーかどうかを確認してください。
    }
cause-oauth-grant-not-allowed = { $kind ->
        [denied] 認可サーバーがアクセスを拒否しました。
       *[unknown] このアプリクライアントには、このグラントが許可されていません。
    }
    .why = { $kind ->
        [denied] ユーザーが同意しなかったか、プロバイダーのポリシーがこのユーザー、クライアント、API、グラントを許可していません。サービスからのメッセージ: { $message }
       *[unknown] サービスからのメッセージ: { $message }
    }
    .fix = { $provider ->
        [entra] { $kind ->
                [denied] エンタープライズアプリケーションにユーザーを割り当てるか、サインインログに示された条件付きアクセスポリシーを変更してください。
               *[unknown] アプリの登録の「認証」でこのグラントまたは応答タイプを有効にするか、別のグラントを使ってください。
            }
        [auth0] アプリケーションに API を許可し（Applications、APIs、Machine to Machine Applications）、詳細設定でグラントタイプを有効にしてください。
        [okta] アプリにユーザーまたはクライアントを割り当て、グラントタイプを有効にし、認可サーバーのアクセスポリシーに、このクライアント、グラント、スコープのルールを追加してください。
        [keycloak] クライアントの capability config でフローを有効にしてください。client_credentials には service accounts roles、パスワードには direct access grants が必要です。
       *[unknown] { $kind ->
                [denied] もう一度ログインして同意してください。それでも解決しない場合は、プロバイダーの管理者がユーザー、クライアント、API を許可する必要があります。
               *[unknown] プロバイダーでこのクライアントにグラントを許可してください。Cognito で client_credentials を使うには、AllowedOAuthFlows に client_credentials を、AllowedOAuthFlowsUserPoolClient に true を設定します。
            }
    }
cause-oauth-scope-invalid = このアプリクライアントには、このスコープの要求が許可されていません。
    .why = サービスからのメッセージ: { $message }
    .fix = { $kind ->
        [consent] 管理者がこのアプリケーションのスコープに同意するか、ユーザーが次のログインで同意してください（prompt=consent）。
       *[unknown] { $provider ->
                [entra] API を公開しているアプリの定義どおり api://APPLICATION_ID/SCOPE を要求してください。クライアント資格情報では api://APPLICATION_ID/.default です。
                [okta] Okta の認可サーバーにスコープを追加し、アクセスポリシーのルールで許可するか、別のスコープを要求してください。
                [auth0] Auth0 で API の権限（Permissions）にスコープを追加してアプリケーションに付与するか、別のスコープを要求してください。
                [keycloak] クライアントにクライアントスコープを追加する（Clients、Client scopes）か、別のスコープを要求してください。
               *[unknown] プロバイダーでこのクライアントにスコープを許可するか（Cognito では AllowedOAuthScopes）、別のスコープを要求してください。スコープの指定がないクライアントは、メタデータにあるすべてのスコープを要求することがあります。
            }
    }
cause-user-not-found = { $user ->
        [unknown] ユーザープールにこのユーザーはいません。
       *[other] ユーザープールにユーザー { $user } はいません。
    }
    .why = Cognito がサインイン時にこう答えるのは、アプリクライアントの PreventUserExistenceErrors が無効な場合だけです。サービスからのメッセージ: { $message }
    .fix = ユーザー名、ユーザープール、リージョンを確認してください。存在するはずのユーザーなら作成してください。
cause-client-secret-rotated = クライアントシークレットが現在の値ではありません。Secrets Manager がローテーションしています。
    .why = アプリクライアントのシークレットは Secrets Manager にあり（ClientSecretArn）、設定を変えない限り 7 日ごとに置き換わります。サービスからのメッセージ: { $message }
    .fix = シークレットの写しを保存せず、実行のたびに Secrets Manager から読み取ってください。
cause-client-token-flow-only = このアプリクライアントは GetClientToken しか使えません。
    .why = 有効なフローは ALLOW_CLIENT_TOKEN_AUTH だけです。試したフローは { $flow } です。
    .fix = クライアントの ID、シークレット、スコープを指定して GetClientToken を呼び出すか、別のアプリクライアントを使ってください。このフローは他のフローと併用できません。
cause-oauth-grant-invalid = { $kind ->
        [refresh] リフレッシュトークンはもう有効ではありません。
        [code] 認可コードはもう有効ではありません。
        [device] デバイスコードはもう有効ではありません。
        [subject] 交換しようとしたトークンが有効ではありません。
       *[unknown] 認可コードまたはリフレッシュトークンはもう有効ではありません。
    }
    .why = 認可コードは数分間に 1 回だけ、リフレッシュトークンは期限切れ、取り消し、置き換えまで使えます。クライアント、redirect_uri、code_verifier は、発行時のログインと同じでなければなりません。サービスからのメッセージ: { $message }
    .fix = { $kind ->
        [device] ログインを最初からやり直し、新しいコードを期限までに入力してください。
        [subject] 新しいトークンを取得し、subject_token_type がその種類と一致し、このクライアントに交換が許可されていることを確認してください。
       *[unknown] クライアントに保存されたトークンを削除してから（Claude Code では /mcp の Clear authentication、mcp-remote では ~/.mcp-auth）、ログインし直してください。最初のログインで失敗する場合は、同じ redirect_uri と code_verifier で、1 つのプロセスだけがコードを引き換えるようにしてください。リフレッシュトークンをローテーションするプロバイダーは各トークンを 1 回しか受け付けないため、ファイルや変数に保存したトークンは 1 回の実行にしか使えません。
    }
cause-aws-credentials-missing = { $detail ->
        [unknown] { $profile ->
                [unknown] AWS 認証情報が見つかりません。
               *[other] AWS プロファイル { $profile } から認証情報を取得できませんでした。
            }
       *[other] AWS 認証情報を読み込めませんでした: { $detail }
    }
    .why = 認証情報がないと、リクエストに署名できず、デプロイ済みの設定も読み取れません。
    .fix = ログインする（aws sso login --profile NAME）か、AWS_PROFILE、または AWS_ACCESS_KEY_ID と AWS_SECRET_ACCESS_KEY を設定してください。
cause-aws-profile-missing = { $profile ->
        [unknown] AWS プロファイルが存在しません。
       *[other] { $named_by ->
                [unknown] AWS プロファイル { $profile } が存在しません。
               *[other] プロファイル { $named_by } の source_profile である { $profile } が存在しません。
            }
    }
    .why = { $profiles ->
        [unknown] ~/.aws/config にも ~/.aws/credentials にも定義されていません。
       *[other] このユーザーのプロファイルは { $profiles } です。
    }
    .fix = { $profile ->
        [unknown] 名前（環境ファイルの profile または AWS_PROFILE）を修正するか、aws configure sso で作成してください。
       *[other] 名前（環境ファイルの profile または AWS_PROFILE）を修正するか、作成してください: aws configure sso --profile { $profile }
    }
cause-aws-sso-expired = { $kind ->
        [console] aws login のセッションが期限切れか、まだ開始されていません。
       *[other] { $profile ->
                [unknown] AWS SSO セッションが期限切れか、まだ開始されていません。
               *[other] プロファイル { $profile } の AWS SSO セッションが期限切れか、まだ開始されていません。
            }
    }
    .why = { $start_url ->
        [unknown] 保存済みのログイン情報がないか無効なため、認証情報を取得できません。
       *[other] { $start_url } への保存済みのログイン情報がないか無効なため、認証情報を取得できません。
    }
    .fix = { $profile ->
        [unknown] { $kind ->
                [console] ログインしてください: aws login
               *[other] ログインしてください: aws sso login --profile NAME
            }
       *[other] { $kind ->
                [console] ログインしてください: aws login --profile { $profile }
               *[other] ログインしてください: aws sso login --profile { $profile }
            }
    }
cause-aws-role-not-assumed = { $role ->
        [unknown] IAM ロールを引き受けられませんでした。
       *[other] { $account ->
                [unknown] { $caller ->
                        [unknown] ロール { $role } を引き受けられませんでした。
                       *[other] { $caller } はロール { $role } を引き受けることができません。
                    }
               *[other] IAM Identity Center で、このユーザーにアカウント { $account } のロール { $role } が割り当てられていません。
            }
    }
    .why = { $kind ->
        [permission-set] ログイン中のユーザーに許可セットが割り当てられていません。
       *[other] { $message ->
                [unknown] STS が AssumeRole を拒否したため、認証情報を取得できません。
               *[other] STS からのメッセージ: { $message }
            }
    }
    .fix = { $kind ->
        [permission-set] アカウントの許可セットをこのユーザーに割り当てるか、sso_role_name と sso_account_id を修正してください。
        [web-identity] ロールの信頼ポリシーで、トークンの発行者、aud、sub に対して sts:AssumeRoleWithWebIdentity を許可してください。
       *[other] { $lacks ->
                [permission] 呼び出し元のポリシーで、このロールに対する sts:AssumeRole を許可してください。
                [trust] ロールの信頼ポリシーに呼び出し元を追加してください。ポリシーが外部 ID を要求する場合は、external_id を合わせてください。
               *[other] ロールの信頼ポリシーに呼び出し元を追加してください。ポリシーが外部 ID を要求する場合は、external_id を合わせてください。別アカウントのロールの場合は、呼び出し元のポリシーでも sts:AssumeRole を許可する必要があります。存在しないロールに対しても、STS は同じ応答を返します。
            }
    }
cause-aws-credential-process-failed = { $profile ->
        [unknown] AWS プロファイルの credential_process が失敗しました。
       *[other] { $problem ->
                [not-started] AWS プロファイル { $profile } の credential_process（{ $command }）を起動できませんでした。
                [output] AWS プロファイル { $profile } の credential_process（{ $command }）の出力から認証情報を読み取れませんでした。
               *[other] AWS プロファイル { $profile } の credential_process（{ $command }）がエラーで終了しました。
            }
    }
    .why = このプロファイルの認証情報は、このプロセスから取得されます。
    .fix = プロセスをターミナルで実行して修正してください。Version（1）、AccessKeyId、SecretAccessKey を含む JSON を出力する必要があります。
cause-aws-mfa-required = { $problem ->
        [wrong-code] AWS が MFA コードを受け付けませんでした。
       *[other] { $profile ->
                [unknown] { $role ->
                        [unknown] MFA コードが必要ですが、入力を求めることができませんでした。
                       *[other] ロール { $role } には MFA コードが必要ですが、入力できるターミナルがありません。
                    }
               *[other] AWS プロファイル { $profile } には MFA コードが必要ですが、入力できるターミナルがありません。
            }
    }
    .why = mfa_serial を指定したロールでは、ログインのたびに新しいコードが必要です。
    .fix = { $problem ->
        [wrong-code] 新しいコードを入力してください。コードは 1 回しか使えません。
       *[other] ターミナルで実行するか、先にコードを使ってセッション認証情報を取得し（aws sts get-session-token、aws configure export-credentials、aws-vault）、プロファイルの代わりに使用してください。その場合は、環境ファイルの profile（環境ファイル自体に mfa_serial がある場合は mfa_serial）を削除してください。
    }
cause-aws-region-missing = AWS リージョンが設定されていません。
    .why = リージョンが決まらないと、呼び出し先のホストが分かりません。
    .fix = 環境ファイルに region = "us-east-1" と書くか、AWS_REGION を設定してください。
cause-client-too-old = { $name ->
        [unknown] クライアントが古く、このサービスまたは操作に対応していないため、何も送信されていません。
       *[other] クライアントが { $name } に対応していないため、何も送信されていません。
    }
    .why = { $kind ->
        [boto3] boto3 が AgentCore に対応したのは 1.39.7（2025 年 7 月）からで、新しい操作はさらに後のバージョンからです。
        [js] AgentCore のパッケージがインストールされていないか、このコマンドより古いバージョンです。
        [terraform] インストールされているプロバイダーに、このリソースまたは引数がありません。
       *[unknown] SDK と CLI が AgentCore に対応したのは 2025 年 7 月からで、新しい操作はさらに後のバージョンからです。
    }
    .fix = { $kind ->
        [boto3] コードを実行する環境で boto3 を更新してください（pip install --upgrade boto3）。Lambda 関数では、自分でパッケージに含めない限り、ランタイム付属の古いバージョンが使われます。
        [cli] AWS CLI を最新のバージョン 2 に更新してください（使用中のバージョンは aws --version で確認できます）。バージョン 1 には、イベントストリームで応答する操作のコマンドがありません。
        [js] npm install @aws-sdk/client-bedrock-agentcore@latest
        [terraform] required_providers の hashicorp/aws のバージョンを上げ、terraform init -upgrade を実行してください。
        [cdk] npm install aws-cdk-lib@latest を実行し、@aws-cdk の alpha パッケージも同じバージョンにしてください。
        [java] AWS SDK の BOM のバージョンを上げ、モジュール bedrockagentcore を追加してください。
        [go] go get -u github.com/aws/aws-sdk-go-v2/service/bedrockagentcore
        [dotnet] dotnet add package AWSSDK.BedrockAgentCore
        [rust] cargo add aws-sdk-bedrockagentcore
        [php] composer update aws/aws-sdk-php
        [ruby] bundle update aws-sdk-bedrockagentcore
       *[unknown] コードを実行する環境で SDK または CLI を更新してください。Bearer トークンなら、curl など任意の HTTP クライアントで呼び出せます。
    }
cause-command-line-invalid = { $word ->
        [unknown] コマンドラインが正しくないため、何も送信されていません。
       *[other] { $kind ->
                [not-installed] プログラム { $word } が見つからないため、何も送信されていません。
               *[unknown] { $word } のためにコマンドラインが正しくなく、何も送信されていません。
            }
    }
    .why = { $kind ->
        [glob] シェルは、引用符のない単語の ?、*、[ をファイル名のパターンとして扱います。
        [ampersand] シェルは、引用符のない単語の & をコマンドの終わりとして扱います。
        [quote] 引用符が閉じていないか、途中で閉じています。
        [continuation] 行末の \ の後に空白があるため、コマンドがそこで終わっています。
        [alias] Windows PowerShell の curl は Invoke-WebRequest の別名で、オプションが異なります。
        [url-blank] URL が空か、空白、引用符、改行を含んでいます。変数が設定されていないことがよくあります。
        [braces] curl は URL の { "{" } と [ をパターンとして扱います。
        [json] シェルによって JSON の引用符が失われました。
        [base64] AWS CLI バージョン 2 は、ペイロードを base64 として扱います。
        [option] このコマンドにそのオプションはありません。
        [binary-format] これは AWS CLI バージョン 2 のオプションです。バージョン 1 はペイロードをそのまま受け取ります。
        [outfile] AWS CLI は応答をファイルに書き込みます。ファイル名はコマンドの最後の引数です。
        [argument] コマンドに必要な引数がありません。
        [file] コマンドラインで指定されたファイルを読み取れません。
        [not-installed] インストールされていないか、シェルまたはクライアントの PATH にありません。
        [setting] クライアントの設定に、使用できるコマンドまたは URL がありません。
       *[unknown] 呼び出しの前に、シェルまたはクライアントが拒否しました。
    }
    .fix = { $kind ->
        [glob] URL を単一引用符で囲んでください: curl 'https://…?qualifier=DEFAULT'
        [ampersand] URL を引用符で囲んでください。cmd では二重引用符を使います。
        [quote] bash、zsh、PowerShell では値全体を単一引用符（'…'）で囲み、cmd では二重引用符で囲んで中の引用符を \" としてください。丸い引用符は直線の引用符に置き換えてください。
        [continuation] \ の後の空白を削除するか、コマンドを 1 行で書いてください。
        [alias] curl ではなく curl.exe と書いてください。
        [url-blank] 変数を表示し（printf '%s' "$URL" | od -c）、値を設定して、前後の空白と改行を取り除いてください。
        [braces] --globoff を追加するか、これらの文字をパーセントエンコードしてください。
        [json] JSON をファイルに保存し、curl では --data @body.json、AWS CLI では --payload fileb://body.json と指定してください。
        [base64] --cli-binary-format raw-in-base64-out を追加するか、ペイロードをファイルで指定してください（fileb://body.json）。
        [option] { $word ->
                [unknown] オプションを削除するか、名前を修正してください。
               *[other] { $word } を削除するか、名前を修正してください。
            }
        [binary-format] --cli-binary-format とその値を削除するか、バージョン 2 をインストールしてください。
        [outfile] 応答を書き込むファイルを最後の引数に追加してください（例: /dev/stdout）。
        [argument] { $word ->
                [unknown] 不足している引数を追加してください。
               *[other] { $word } とその値を追加してください。
            }
        [file] パスを修正するか、ファイルのあるフォルダーでコマンドを実行してください。
        [not-installed] { $word ->
                [unknown] プログラムをインストールするか、インストール後に新しいシェルを開いてください。
               *[other] { $word } をインストールするか、インストール後に新しいシェルを開いてください。
            }
        [setting] クライアントの設定を修正してください。MCP サーバーには url か command のどちらかが必要です。
       *[unknown] メッセージが示す単語を修正し、URL と JSON はすべて引用符で囲んでください。
    }
cause-cors-blocked = { $status ->
        [unknown] 応答に CORS ヘッダーがないため、ブラウザーが応答をページに渡しませんでした。
       *[other] ステータス { $status } の応答に CORS ヘッダーがないため、ブラウザーが応答をページに渡しませんでした。
    }
    .why = { $kind ->
        [preflight] ブラウザーは最初に認証情報なしで OPTIONS を送りますが、その応答が呼び出しを許可していません。
        [opaque] ページにはステータスも理由も伝わりません。CORS、ネットワーク障害、ホストの誤りは区別できません。
       *[unknown] 実際の応答は 401、403、404 であることが多く、これらには CORS ヘッダーが付かないため、ページからは見えません。
    }ページは { $origin } です。
    .fix = 同じ呼び出しを curl で送ってください。応答が表示され、原因はそこに示されます。ページからは自前のサーバーを呼び出し、そのサーバーがトークンを保持して AgentCore を呼び出すようにしてください。
cause-answer-hidden = クライアントが失敗の理由を表示していません。
    .why = { $kind ->
        [taskgroup] エラーは、この行に表示されていないサブ例外の中にあります。多くは 401 か 403 です。
        [claude] claude.ai は、使用できるトークンが得られなかったログインと、接続できなかったサーバーのすべてについて、この文を表示します。
        [closed] 相手のプロセスまたは接続が終了しました。理由は相手側の出力にあります。
        [status] クライアントはステータスだけを表示し、理由が書かれた本文を表示していません。
        [mcp] Python の MCP SDK（バージョン 2）は、401、403、424 のいずれでも同じ文を表示します。
       *[unknown] この行は別のエラーを包んでおり、理由はそのエラーにあります。
    }参照番号は { $reference } です。
    .fix = { $kind ->
        [taskgroup] サブ例外を表示してください: 「except* Exception as group: traceback.print_exception(group)」。httpx では logging.getLogger("httpx").setLevel("DEBUG") も有効です。
        [claude] より詳しく表示する Claude Code にサーバーを追加してください（claude mcp add --transport http NAME URL、続いて /mcp）。Anthropic のサポートには参照番号が必要です。
        [closed] サーバープロセスの出力（Claude Desktop では mcp-server-NAME.log、VS Code では MCP: List Servers の Show Output）を確認するか、そのコマンドをターミナルで実行してください。
        [mcp] HTTP クライアントのログにステータスが出力されます: logging.basicConfig(level="INFO")。
        [status] 本文を表示してください（Python では response.text、JavaScript では await response.text()、curl では --fail-with-body）。
       *[unknown] エラー全体を、その原因も含めて表示してください。
    }生の応答を見るには、agentcore-probe ask URL で呼び出しを 1 回送ってください。
cause-authorizer-config-invalid = { $setting ->
        [unknown] { $sent ->
            [no] オーソライザーの設定は受け付けられません。
           *[unknown] オーソライザーの設定が受け付けられませんでした。
        }
       *[other] { $sent ->
            [no] オーソライザーの設定 { $setting } は受け付けられません。
           *[unknown] オーソライザーの設定 { $setting } が受け付けられませんでした。
        }
    }
    .why = { $kind ->
        [discovery-url] ディスカバリー URL が求められる形式ではないか、その文書を読み取れません。
        [empty] 一覧には少なくとも 1 つの要素が必要です。空の一覧は、指定しないことと同じではありません。
        [type] オーソライザーの種類は、リソースの作成後に変更できません。
        [missing] CUSTOM_JWT オーソライザーには設定が必要です。
        [rule-missing] JWT オーソライザーには少なくとも 1 つの規則が必要です。
        [superfluous] 設定を持てるのは CUSTOM_JWT オーソライザーだけです。
        [spelling] この名前の設定はありません。
        [value] API のモデルがこの値を認めていません。
        [provider] プロバイダーまたはその状態のバージョンが、設定と一致していません。
        [credentials] ターゲットには、その種類に合った認証情報の設定が必要です。
       *[unknown] デプロイ済みの設定は変わっていません。
    }サービスからのメッセージ: { $message }
    .fix = { $kind ->
        [discovery-url] /.well-known/openid-configuration で終わる公開の HTTPS URL を指定してください。Cognito では https://cognito-idp.REGION.amazonaws.com/POOL_ID/.well-known/openid-configuration です。
        [empty] 空の一覧を削除し、allowedClients、allowedAudience、allowedScopes、customClaims の少なくとも 1 つを残してください。
        [type] 別の種類で新しいリソースを作成し、呼び出し元とターゲットを移してから、古いリソースを削除してください。CloudFormation では論理 ID と名前を変えてください。
        [missing] discoveryUrl と、allowedClients、allowedAudience、allowedScopes のいずれかを持つ customJWTAuthorizer を追加するか、種類を AWS_IAM にしてください。
        [rule-missing] allowedClients、allowedAudience、allowedScopes、customClaims のいずれかを追加してください。
        [superfluous] オーソライザーの設定を削除するか、種類を CUSTOM_JWT にしてください。
        [spelling] 名前を直してください。
        [value] 上で印の付いた箇所を直してください。
        [provider] required_providers の hashicorp/aws のバージョンを上げて terraform init -upgrade を実行し、ブロックをプロバイダーのドキュメントと比べてください。
        [credentials] ターゲットの credentialProviderConfigurations を設定してください。Lambda と IAM では GATEWAY_IAM_ROLE、それ以外では OAUTH か API_KEY です。
       *[unknown] 設定をメッセージと照らし合わせ、まず小さなデプロイで確認してください。
    }
cause-return-url-missing = ワークロード ID に、このアウトバウンドログインのリターン URL がありません。
    .why = エージェントがユーザーに代わって別のサービスにログインした後の戻り先 URL は、ワークロード ID に登録されていなければなりません。AgentCore のオーソライザーとは関係ありません。サービスからのメッセージ: { $message }
    .fix = ワークロード ID の allowedResourceOauth2ReturnUrls に URL を追加し、同じ URL を resourceOauth2ReturnUrl として渡してください。
show-answer = { $program ->
        [curl] curl では -i を付けるとすべて表示されます（-v を付けるとリクエストも表示されます）。
        [httpie] HTTPie では --verbose を付けるとすべて表示されます。
        [wget] wget では --server-response --content-on-error を付けると表示されます。
        [powershell] PowerShell 7 では Invoke-WebRequest -SkipHttpErrorCheck … | Format-List StatusCode, Headers, Content で表示できます。
        [python] Python では、raise_for_status() の前に response.status_code、response.headers、response.text を表示してください。
        [aws] AWS CLI では --debug、boto3 では boto3.set_stream_logger("") で表示できます。
        [javascript] JavaScript では error.$response、または response.status と await response.text() を表示してください。
       *[browser] ブラウザのネットワークパネルで「cURL としてコピー」を選び、-i を付けて実行してください。
    }
cause-unexplained = この応答を説明できる既知の原因がありません。
    .why =
        { $status ->
            [unknown] 既知の原因のどれにも当てはまりません。
           *[other] 既知の原因のどれにも当てはまりません。応答は { $status } でした。
        }
    .fix = { $lacks ->
        [answer] テキストに応答が含まれていません。ステータス行、ヘッダー、本文を追加してください。
        [status] 応答のステータス行とヘッダーを追加してください。本文だけでは、どのサービスの応答か判断できません。
        [body] 応答の本文を追加してください。理由はそこにあります。
       *[unknown] { $status ->
            [unknown] コマンドと、ステータス行とヘッダーを含む応答（curl -i、またはクライアントのデバッグログ）を示してください。
           *[other] この通信を保存し、リクエスト ID を添えて AWS サポートに問い合わせてください。コントロールプレーンの読み取り権限を与えると、さらに確認できます。
        }
    }

## 見かけと中身が異なる応答の原因
cause-request-too-large = リクエストが、経路上のサーバーの上限を超えています。
    .why = { $bytes ->
        [unknown] 応答は HTTP { $status } です。413 は本文、414 は URL、431 はヘッダーの大きさを指します。
       *[other] 応答は HTTP { $status } です。413 は本文、414 は URL、431 はヘッダーの大きさを指します。該当部分は、認証情報を除いて { $bytes } バイトです。
    }
    .fix = トークンを小さくする（グループやスコープを減らす）か、プロキシの上限を上げてください。nginx では large_client_header_buffers や client_max_body_size です。
cause-arn-decoded-on-the-way = エンコードして送った ARN が、途中でデコードされています。
    .why = { $server ->
        [unknown] Runtime は READY ですが、ARN をエンコードした呼び出しも、エンコードしない呼び出しと同じルーターの 404 になります。AWS までの経路上で %2F がデコードされています。
       *[other] Runtime は READY ですが、ARN をエンコードした呼び出しも、エンコードしない呼び出しと同じルーターの 404 になります。AWS までの経路上で %2F がデコードされています。応答が示すサーバーは { $server } です。
    }
    .fix = nginx: proxy_pass にパスを付けない。Apache: AllowEncodedSlashes NoDecode と nocanon。envoy: path_with_escaped_slashes_action: KEEP_UNCHANGED。または、デコードされるスラッシュのない /runtimes/ID/invocations?accountId=ACCOUNT を使ってください。
cause-credential-lost-on-the-way = Authorization ヘッダーが途中で取り除かれています。
    .why = { $server ->
        [unknown] すべてのチェックに合格する Bearer トークンを送りましたが、サービスはトークンがないと応答しました。
       *[other] すべてのチェックに合格する Bearer トークンを送りましたが、サービスはトークンがないと応答しました。応答が示すサーバーは { $server } です。
    }
    .fix = プロキシで Authorization を転送してください（nginx では proxy_set_header Authorization $http_authorization）。API Gateway と CloudFront は、設定した場合にだけ転送します。
cause-issuer-without-keys = 発行者の鍵を読み取れないため、どのトークンも検証できません。
    .why = { $url }: { $why }
    .fix = ディスカバリードキュメントの jwks_uri で、AWS から HTTPS で読み取れるように署名鍵を公開してください。
cause-refused-inside-200 = 呼び出しは 200 の中で拒否されました。
    .why = ステータスは 200 ですが、応答にエラーが含まれています。サービスからのメッセージ: { $message }
    .fix = このように応答しているインターセプター、カスタムオーソライザー、プロキシを探してください。クライアントが判別できるように、拒否は 401 か 403 で返す必要があります。
cause-cached-authorization = 正規の呼び出しが許可された後は、拒否されるべき呼び出しも許可されます。
    .why = 同じ呼び出しが、正規の呼び出しの前には拒否され、後には許可されました。サービスの手前のキャッシュが、認証情報を確認せずに応答しています。
    .fix = AgentCore の応答をキャッシュしないか、キャッシュキーに Authorization を含めてください。
cause-answers-differ = 同じ呼び出しに対する判断が一致しません。
    .why = リクエストは同じですが、一方は許可され、もう一方は拒否されました。デプロイの途中か、設定の異なる複数のサーバーが応答しています。
    .fix = デプロイの完了を待って再実行してください。それでも一致しない場合は、このアドレスの背後にあるサーバーを比べてください。
cause-answer-not-mcp = ステータスは成功ですが、プロトコルに従った応答ではありません。
    .why = { $form ->
        [empty] HTTP { $status } で、本文が空です。許可されたのか拒否されたのか、判断できません。
        [unknown] HTTP { $status } ですが、このリクエストに対する結果がありません。許可されたのか拒否されたのか、判断できません。
       *[other] HTTP { $status } で、内容は { $form } です。このリクエストに対する結果がないため、許可されたのか拒否されたのか、判断できません。
    }
    .fix = この URL で何が応答しているかを確認してください。ログインページ、プロキシ、またはデプロイ設定と異なるプロトコルのエージェントの可能性があります。
cause-conversation-incomplete = 要求した内容がそろう前に、やり取りが終わりました。
    .why = { $reason ->
        [cut] 結果が届く前に、このツールの上限でストリームの読み取りを終えました。
        [unfinished] 完了を示す前に、ストリームが終わりました。
        [cursor-repeated] ツール一覧のページが、前に読んだページを次のページとして示しています。
        [page-limit] ツール一覧のページ数が、このツールが読み取る上限を超えています。
        [no-result] 結果のない応答があったため、一覧または設定した呼び出しの結果がありません。
        [unknown] 要求した内容の一部がありません。
       *[other] 不完全です: { $reason }
    }
    .fix = 上限が原因の場合は、環境ファイルの [limits] を上げてください。それ以外の場合は、このアクセス方法の最後の通信を確認してください。

## 文に入りきらない一覧の表し方
value-list-shortened = { $items }、ほか { $count } 件
value-whole = { $count ->
    [1] 全文
   *[other] 全 { $count } 件
}
value-text-shortened = { $text } …（残り { $count } 文字）

## 結論の根拠と、試していないこと
claim-counted-forged-refused = 偽造トークンは { $count } 種類すべてが拒否された
claim-counted-anonymous-refused = 有効な認証情報のないリクエストは { $count } 種類すべてが拒否された
not-tried = 試していないこと: { $items }。
not-tried-expired-token = 期限切れの正規のトークン（環境ファイルに指定がありません）
not-tried-expired-token-not-sent = 期限切れの正規のトークン（環境ファイルに指定がありますが、送信していません）
not-tried-token-not-expired = 期限切れの正規のトークン（環境ファイルのトークンは期限が切れていません）
not-tried-token-unreadable = 期限切れの正規のトークン（環境ファイルのトークンを読み取れません）
not-tried-controls = { $kind ->
    [forged] 偽造トークン
   *[anonymous] 有効な認証情報のない呼び出し
 } { $count } 種類（{ $reason ->
    [few-controls] --controls few
    [no-public-key] 発行者の公開鍵を取得できませんでした
    [no-matching-key] トークンに合う発行者の鍵がありません
    [request-limit] この実行のリクエスト数の上限に達しました
   *[no-answer] 最初の対照リクエストに応答がありませんでした
 }）
not-tried-request-limit = リクエスト { $count } 件（この実行の上限 { $limit } 件に達したため）
not-tried-another-client = 別のクライアントやユーザーのトークン（ログインは 1 つだけです）
not-tried-other-access-methods = その他の呼び出し方法（WebSocket、GET によるストリーム、URL 内のトークン）
not-tried-other-calls = その他の呼び出し方法（GET によるストリーム、URL 内のトークン）
not-tried-entrances = 環境ファイルで指定されていない入口（{ $names }）
not-tried-controls-after = 許可された呼び出しの後の対照確認（{ $target } では何も許可されませんでした）

## Causes of other judges and services
cause-answer-of-another-service = { $sender ->
        [unknown] 応答したのは Runtime や Gateway ではなく、別のサービスです。
       *[other] { $kind ->
            [host] 応答したのは { $sender } です。その背後に AgentCore があるかどうかは分かりません。
           *[unknown] 応答したのは Runtime や Gateway ではなく、{ $sender } です。
        }
    }
    .why = { $operation ->
        [unknown] Runtime や Gateway のオーソライザーについては何も分かりません。
       *[other] { $operation } は Runtime や Gateway の呼び出しではないため、そのオーソライザーについては何も分かりません。
    }サービスからのメッセージ: { $message }
    .fix = { $kind ->
        [api-gateway] API 自体を確認してください。ステージとパス（誤っていると「Missing Authentication Token」になります）、オーソライザー、リソースポリシー、使用量プラン、29 秒の制限時間です。そのうえで、同じ呼び出しを AgentCore の URL に直接送ってください。
        [lambda-url] 関数 URL には独自の認可があります。サービス名 lambda で署名し、lambda:InvokeFunctionUrl と lambda:InvokeFunction を許可するか、AuthType を NONE にしてください。AgentCore のオーソライザーに届くのは、関数の中からの呼び出しだけです。
        [cloudfront] ディストリビューションを確認してください。WAF、地理的制限、オリジン、許可する HTTP メソッドです。オリジンリクエストポリシーで Authorization を転送し、同じ呼び出しを AgentCore の URL に直接送ってください。
        [waf] Web ACL のサンプルリクエストでブロックしたルールを調べ、このパスや呼び出し元を除外してください。チャレンジや CAPTCHA にはプログラムからは応答できません。
        [alb] ロードバランサーのルール、ターゲットグループのヘルス、認証アクションを確認してください。そのうえで、同じ呼び出しを AgentCore の URL に直接送ってください。
        [provider] ID プロバイダーのメッセージが示す箇所を修正してください。AgentCore を呼び出すのは、トークンが発行された後です。
        [aws-api] その API の呼び出し元について、メッセージが示す箇所を修正してください。エージェントのログの場合、呼び出したのはエージェント自身のロールです。
        [host] URL を確認してください。AgentCore の手前にあるプロキシやドメインであれば、応答の本文とヘッダーを表示するか、同じ呼び出しを AgentCore の URL に直接送ってください。
       *[unknown] 同じ呼び出しを AgentCore の URL に直接送り、応答を比べてください。
    }
cause-target-path-wrong = ターゲット名に続くパスが、ターゲットの種類に合っていません。
    .why = { $type ->
        [unknown] { $path } に一致するルートが Gateway にありません。
       *[other] ターゲット { $target }（種類は { $type }）には、{ $path } に一致するルートがありません。
    }
    .fix = { $wanted ->
        [unknown] Runtime のターゲットには /TARGET/invocations を呼び出してください。パススルーのターゲットには、エンドポイントにすでにパスがあれば /TARGET/ を、なければ /TARGET/ に背後のサービスのパスを続けて呼び出してください。
       *[other] Gateway の { $wanted } を呼び出してください。
    }
cause-target-of-another-runtime = Gateway のターゲットの転送先が別の Runtime で、その Runtime は存在しません。
    .why = ターゲット { $target } の転送先は { $requested } ではなく { $described } です。
    .fix = ターゲットの Runtime か、[gateway] の runtime_target を直してください。
cause-registry-moved = エージェントレジストリは、すでにこのアドレスにはありません。
    .why = プレビュー時の bedrock-agentcore のアドレスは、2026-10-30 に終了する予定でした。
    .fix = { $region ->
        [unknown] https://agent-registry.REGION.api.aws/registry/ID/mcp を呼び出し、サービス名 agent-registry で署名し、agent-registry:InvokeRegistryMcp を許可してください。
       *[other] https://agent-registry.{ $region }.api.aws/registry/ID/mcp を呼び出し、サービス名 agent-registry で署名し、agent-registry:InvokeRegistryMcp を許可してください。
    }
cause-resource-policy-denied = { $kind ->
        [not-allowed] 呼び出しが拒否されました。リソースポリシーが原因の可能性があります。
       *[unknown] リソースベースのポリシーが呼び出し元を拒否しています。
    }
    .why = { $kind ->
        [denied] リソースポリシーの Deny が、トークンを使うすべての呼び出し元に適用されます: { $statement }
        [not-allowed] リソースポリシーは IAM のプリンシパルを指定していますが、トークンを使う呼び出し元はそのどれでもありません。そのような呼び出し元に適用されるのは Principal "*" だけです。
       *[unknown] サービスからのメッセージ: { $message }
    }
    .fix = { $action ->
        [unknown] Runtime とそのエンドポイント、または Gateway のリソースポリシーで、この呼び出し元にアクションを許可し、該当する Deny を外してください。別アカウントからの場合は、呼び出し元のポリシーの許可も必要です。トークンを使う呼び出し元には、Principal を "*" にする必要があります。
       *[other] Runtime とそのエンドポイント、または Gateway のリソースポリシーで、この呼び出し元に { $action } を許可し、該当する Deny を外してください。別アカウントからの場合は、呼び出し元のポリシーの許可も必要です。トークンを使う呼び出し元には、Principal を "*" にする必要があります。
    }
cause-vpc-endpoint-policy = { $kind ->
        [bearer] 呼び出しが拒否されました。VPC エンドポイントのポリシーが原因の可能性があります。
        [not-allowed] 呼び出しが拒否されました。VPC エンドポイントのポリシーが原因の可能性があります。
       *[unknown] VPC エンドポイントのポリシーが呼び出しを拒否しています。
    }
    .why = { $kind ->
        [denied] エンドポイントのポリシーの Deny が、トークンを使うすべての呼び出し元に適用されます: { $statement }
        [not-allowed] 呼び出しが経由する VPC エンドポイントのポリシーは IAM のプリンシパルを指定しており、トークンを使う呼び出し元はそのどれでもありません。
        [document] このドキュメントは誰でも読めるため、拒否できるのはエンドポイントのポリシーだけです。
        [bearer] 呼び出しは VPC エンドポイントを経由しており、応答に理由がありません。IAM のプリンシパルを指定したポリシーは、トークンを使う呼び出し元をすべて拒否します。
       *[unknown] サービスからのメッセージ: { $message }
    }
    .fix = { $action ->
        [unknown] VPC エンドポイントのポリシーでアクションを許可してください。トークンを使う呼び出し元には、Principal を "*" にする必要があります。
       *[other] VPC エンドポイントのポリシーで { $action } を許可してください。トークンを使う呼び出し元と公開ドキュメントには、Principal を "*" にする必要があります。
    }
cause-token-in-url = トークンが URL にありますが、URL のトークンは認証情報として扱われません。
    .why = { $parameter ->
        [unknown] { $sent ->
            [no] URL のパラメーターがトークンとして読まれることはありません。URL はログに残るため、トークンを入れないでください。
           *[unknown] URL のパラメーターがトークンとして読まれることはありません。URL はログに残るため、トークンは漏えいしています。
        }
       *[other] { $sent ->
            [no] パラメーター { $parameter } は認証情報として読まれません。URL はログに残るため、トークンを入れないでください。
           *[unknown] パラメーター { $parameter } は認証情報として読まれません。URL はログに残るため、トークンは漏えいしています。
        }
    }
    .fix = { $sent ->
        [no] Authorization: Bearer で送ってください。ブラウザーの WebSocket では、トークンを base64url にしたサブプロトコル base64UrlBearerAuthorization.TOKEN と、二つ目のサブプロトコル base64UrlBearerAuthorization を送ります。この URL を一度でも呼び出した場合は、トークンを失効させるか、期限切れを待ってください。
       *[unknown] Authorization: Bearer で送ってください。ブラウザーの WebSocket では、トークンを base64url にしたサブプロトコル base64UrlBearerAuthorization.TOKEN と、二つ目のサブプロトコル base64UrlBearerAuthorization を送ります。このトークンは失効させるか、期限切れを待ってください。
    }
cause-ws-not-served = 認可には成功しましたが、コンテナが WebSocket に対応していません。
    .why = コンテナに届くのは、オーソライザーが許可した呼び出しだけです。サービスからのメッセージ: { $message }
    .fix = ポート 8080 で /ws を提供し（SDK では @app.websocket）、再デプロイして、Runtime のログを確認してください。プロトコルが MCP や A2A の Runtime に WebSocket はありません。
cause-ws-presigned-expired = 署名付き URL が、期限を過ぎてから使われました。
    .why = 有効期間は { $seconds } 秒です。期限から { $late } 秒過ぎていました。
    .fix = 接続の直前に URL を作成してください。AWS の SDK の上限は 300 秒です。
cause-ws-subprotocol-invalid = トークンを運ぶサブプロトコルの形式が正しくありません。
    .why = { $fault ->
        [token] base64UrlBearerAuthorization.TOKEN という形のサブプロトコルがありません。
        [encoding] サブプロトコルのトークンが、パディングなしの base64url になっていません。
        [length] トークンのサブプロトコルが 4096 文字を超えています。
        [sentinel] 二つ目のサブプロトコル base64UrlBearerAuthorization がありません。
        [other] サービスが対応していない別のサブプロトコルも提示されています。
       *[unknown] 必要なサブプロトコルは二つです。base64UrlBearerAuthorization とドットに base64url のトークンを続けたものと、その語だけのものです。
    }
    .fix = ブラウザーでは new WebSocket(url, ["base64UrlBearerAuthorization." + base64url(token), "base64UrlBearerAuthorization"]) としてください。ブラウザー以外では Authorization: Bearer を送ってください。
cause-ws-limit-exceeded = WebSocket は許可されましたが、後から上限により切断されました。
    .why = { $limit ->
        [size] クローズコード 1009: フレームが 64 KB（別のドキュメントでは 32 KB）を超えました。
        [rate] クローズコード 1008: 毎秒 250 フレームを超えたか、接続の最長時間に達しました。
       *[unknown] 上限は、1 フレーム 64 KB、毎秒 250 フレーム、1 接続 60 分です。
    }
    .fix = 1 フレームを 32 KB 未満、毎秒 250 フレーム以下にし、同じセッション ID で再接続してください。
cause-shell-id-invalid = 認可には成功しましたが、シェル ID の形式が正しくありません。
    .why = { $shell ->
        [unknown] シェル ID は 1〜128 文字で、英数字、アンダースコア、ハイフンを使えます。
       *[other] シェル ID は { $shell } です。1〜128 文字で、英数字、アンダースコア、ハイフンを使えます。
    }
    .fix = 別の shellId を送るか、省略してください。
cause-shell-limit-reached = 認可には成功しましたが、Runtime のシェルが上限に達しています。
    .why = 一つの Runtime で開けるシェルは 10 個までです。サービスからのメッセージ: { $message }
    .fix = シェルを閉じるか、開いているシェルに shellId で接続してください。
cause-shell-open = { $answer ->
    [101] この呼び出し元は、エージェント内でシェルを開けます。
   *[other] この呼び出し元は、エージェント内でシェルを開けると考えられます。
}
    .why = { $answer ->
        [format] 意図的に不正にしたシェル ID をサービスが検査しました。有効な認証情報のない呼び出しは、そこまで到達しません。シェルは開いていません。
        [101] シェル ID が不正であるにもかかわらず、サービスはシェルの WebSocket を開きました。接続は直ちに閉じ、何も送信していません。
       *[other] サービスは { $answer } を返しました。有効な認証情報のない呼び出しには、この応答は返りません。シェルは開いていません。
    }
    .fix = { $credential ->
        [sigv4] 呼び出し元に対して bedrock-agentcore:InvokeAgentRuntimeCommandShell を拒否（Deny）してください。この権限があれば、エージェントのコンテナ内で、そのファイル、ネットワーク、ロールを使って操作できます。ほかにこの入口を閉じる設定はありません。意図した権限であれば、環境ファイルの [expect] に記載してください。
       *[other] Runtime のリソースポリシーで bedrock-agentcore:InvokeAgentRuntimeCommandShell を拒否（Deny）するか、オーソライザーのルールを絞り込んでください。ルールはすべての入口に共通で、通過した呼び出し元は、エージェントのコンテナ内で、そのファイル、ネットワーク、ロールを使って操作できます。意図した設定であれば、環境ファイルの [expect] に記載してください。
    }
cause-ws-subprotocol-refused = サブプロトコルのトークンは拒否されましたが、同じトークンをヘッダーで送ると許可されました。
    .why = Sec-WebSocket-Protocol ヘッダーが送信時のまま届いていないか、サービスがそこからトークンを読み取っていません。
    .fix = 経路上に Sec-WebSocket-Protocol を削除または書き換えるプロキシやロードバランサーがないか確認してください。解消するまで、ブラウザーからこのトークンは使えません。署名を受け付ける Runtime であれば、ヘッダーの要らない署名付き URL を使えます。
cause-session-port-not-allowed = セッションのエンドポイントが呼び出しを拒否しました。このポートを公開していないか、呼び出し元に権限がありません。
    .why = { $port ->
        [unknown] セッションのエンドポイントが AccessDenied で拒否しました。ポートの誤りと権限の不足は区別できません。
       *[other] セッションのエンドポイントがポート { $port } を AccessDenied で拒否しました。権限の不足とは区別できません。
    }
    .fix = { $port ->
        [unknown] Runtime の allowedPorts にポートを追加し（8000〜12000、8443 を除く）、新しいセッションを始めてください。bedrock-agentcore:InvokeAgentRuntimeProxy の許可も必要です。
       *[other] Runtime の allowedPorts に { $port } を追加し（8000〜12000、8443 を除く）、新しいセッションを始めてください。bedrock-agentcore:InvokeAgentRuntimeProxy の許可も必要です。
    }
cause-session-refused = セッションのエンドポイントが呼び出しを拒否しました。
    .why = 本文のない { $status } が返されました。コードを含むヘッダーの名前は文書化されていません。見つかったコード: { $code }。応答のヘッダー: { $headers }
    .fix = 呼び出し元に Runtime への bedrock-agentcore:InvokeAgentRuntimeProxy を許可するか、オーソライザーが受け付けるトークンを送り、allowedPorts のポートを呼び出してください。
cause-session-answer-unclear = セッションのエンドポイントとアプリケーションのどちらが拒否したのか判別できません。
    .why = { $status } の応答に本文があり、サービスのコードがありません。サービス自身の拒否は本文が空だと報告されています。呼び出し元が通過した後で、アプリケーションが応答した可能性があります。
    .fix = この呼び出しについてアプリケーションのログを確認してください。
cause-command-missing = この呼び出し元は、エージェント内でコマンドを実行できると考えられます。
    .why = { $status ->
        [400] 意図的に省いたコマンドが足りないとサービスが応答しました。有効な認証情報のない呼び出しは、そこまで到達しません。コマンドは送信していません。
       *[other] コマンドのないリクエストにサービスが { $status } を返しました。その意味は文書化されていませんが、呼び出し元は通過しています。コマンドは送信していません。
    }
    .fix = { $credential ->
        [sigv4] 呼び出し元に bedrock-agentcore:InvokeAgentRuntimeCommand を拒否（Deny）してください。この権限があると、エージェントのファイル、ネットワーク、ロールを使ってコマンドを実行できます。この入口を無効にする設定はありません。意図した権限であれば、環境ファイルの [expect] に記載してください。
       *[other] オーソライザーが受け付けるトークンがあれば、エージェントのファイル、ネットワーク、ロールを使ってコマンドを実行できます。この入口を無効にする設定はなく、オーソライザーのルールはすべての入口に共通です。Runtime のリソースポリシーで bedrock-agentcore:InvokeAgentRuntimeCommand を拒否（Deny）するか、ルールを絞り込んでください。意図した権限であれば、環境ファイルの [expect] に記載してください。
    }
cause-command-not-served = Runtime にコマンドの入口がないか、応答からは確認できません。
    .why = サービスは { $status } を返しました。2026-03-17 より前にデプロイされたエージェントは、再デプロイするまでコマンドの入口を持ちません。その場合の応答は文書化されていません。
    .fix = 次のデプロイ後に誰がコマンドを実行できるかを確認するには、エージェントを再デプロイしてから再実行してください。
cause-content-checked-first = サービスは呼び出し元より先にリクエストの内容を検査しているため、認可については何も分かりません。
    .why = 何も実行されないように、意図的に不正なリクエストを送っています。有効な認証情報のない呼び出し元にも、同じ内容の応答（{ $status }）がありました。
    .fix = この操作を誰に許可しているかは、ポリシーで確認してください。有効なリクエストを送れば分かりますが、実際に何かが実行されます。
cause-a2a-version-mismatch = 認可には成功しましたが、エージェントの A2A のバージョンが異なります。
    .why = { $sent ->
        [unknown] エージェントはこのメソッドを知りません。
       *[other] エージェントは A2A { $sent } の { $method } を知りません。
    }エージェントカードには A2A { $card } と記載されています。
    .fix = { $other ->
        [new] ヘッダー A2A-Version: 1.0 を付けて SendMessage を送ってください。
        [old] message/send を送るか、エージェントを 1.0 に対応させてください。
       *[unknown] エージェントカードの protocolVersion を確認してください。A2A 0.3 のメソッドは message/send、A2A 1.0 のメソッドは SendMessage（ヘッダー A2A-Version: 1.0）です。
    }または、エージェントカードに記載されたバージョン（{ $card }）を訂正してください。
cause-policy-denied = { $tool ->
        [unknown] Gateway のポリシーエンジンがツールの呼び出しを拒否しました。
       *[other] Gateway のポリシーエンジンが { $tool } の呼び出しを拒否しました。
    }
    .why = { $kind ->
        [default] オーソライザーは呼び出し元を許可しています。この呼び出しを許可するポリシーがなく、ENFORCE では許可のない呼び出しは拒否されます。
        [forbid] オーソライザーは呼び出し元を許可しています。ポリシー { $policy } がこの呼び出しを禁止しています。
       *[unknown] オーソライザーは呼び出し元を許可しています。ポリシーエンジンの理由: { $reason }
    }
    .fix = { $kind ->
        [default] ポリシーエンジンに、このプリンシパル、ツール、Gateway に対する permit を追加してください。プリンシパルは AgentCore::OAuthUser で、ID はトークンの sub、各クレームはタグです。ポリシーを整備する間は、モードを LOG_ONLY にする方法もあります。
        [forbid] { $policy ->
            [unknown] forbid ポリシーの条件を変更するか、条件に該当しないトークンで呼び出してください。
           *[other] ポリシー { $policy } の条件を変更するか、条件に該当しないトークンで呼び出してください。permit は forbid に優先しません。
        }
       *[unknown] エンジンのポリシーを確認してください。このプリンシパル、ツール、Gateway に対する permit が必要で、該当する forbid があってはなりません。
    }
cause-policy-evaluation-failed = Gateway がポリシーエンジンに問い合わせできませんでした。
    .why = { $step ->
        [unknown] 呼び出し元については何も分かりません。Gateway のロールにエンジンへの権限がないか、エンジンが有効ではありません。
       *[other] 評価に失敗した処理: { $step }。呼び出し元については何も分かりません。Gateway のロールにエンジンへの権限がないか、エンジンが有効ではありません。
    }
    .fix = Gateway のロールで、ポリシーエンジンと Gateway に対する bedrock-agentcore:AuthorizeAction、bedrock-agentcore:PartiallyAuthorizeActions、bedrock-agentcore:GetPolicyEngine を許可してください。
cause-policy-hides-tools = 呼び出しは許可されましたが、ポリシーエンジンがツールを隠しています。
    .why = { $listed ->
        [no] 一覧にターゲットのツールが一つもありません。ENFORCE では、ポリシーが許可するツールだけが一覧に載ります。
        [unknown] ENFORCE では、ポリシーが許可するツールだけが一覧に載ります。
       *[other] 一覧にターゲット { $target } のツールがありません。ENFORCE では、ポリシーが許可するツールだけが一覧に載ります。
    }
    .fix = この呼び出し元に見せたいツールであれば、そのプリンシパルとツールに対する permit をポリシーエンジンに追加してください。見せたくないのであれば、問題ありません。
cause-policy-session-missing = ポリシーにはセッション ID が必要ですが、リクエストにありません。
    .why = 時間に関するポリシーには、ヘッダー x-amzn-bedrock-agentcore-policy-session-id が必要です。サービスからのメッセージ: { $message }
    .fix = すべてのリクエストに x-amzn-bedrock-agentcore-policy-session-id を付けてください。値は 1〜128 文字で自由に決められ、一つの会話では同じ値にします。環境ファイルでは [gateway] の policy_session に指定します。
cause-binding-with-passthrough = この Runtime は Gateway 経由の呼び出しだけを受け付けますが、Gateway が呼び出し元のトークンをそのまま渡すため、誰も呼び出せません。
    .why = { $wanted ->
        [unknown] Runtime は Gateway のトランザクショントークンを要求します（allowedWorkloadConfiguration）。JWT_PASSTHROUGH のターゲットは、それを付けずに呼び出し元のトークンを送ります。
       *[other] Runtime は、Gateway のトランザクショントークンを伴う { $wanted } からの呼び出しだけを受け付けます。JWT_PASSTHROUGH のターゲットは、それを付けずに呼び出し元のトークンを送ります。
    }
    .fix = { $target ->
        [unknown] ターゲットの認証情報プロバイダーを JWT_PASSTHROUGH 以外にし、allowedWorkloadConfiguration にこの Gateway を指定してください。または、Runtime から allowedWorkloadConfiguration を外してください。
       *[other] ターゲット { $target } の認証情報プロバイダーを JWT_PASSTHROUGH 以外にし、allowedWorkloadConfiguration にこの Gateway を指定してください。または、Runtime から allowedWorkloadConfiguration を外してください。
    }
cause-outbound-credential-refused = { $kind ->
        [role] Gateway は呼び出し元を許可しましたが、Gateway 自身のロールに Runtime を呼び出す権限がありません。
        [token] Gateway は呼び出し元を許可しましたが、Gateway の認証情報プロバイダーのトークンを Runtime が拒否しています。
        [mismatch] Gateway は呼び出し元を許可しましたが、Runtime が受け付けない種類の認証情報で Runtime を呼び出しています。
       *[unknown] Gateway は呼び出し元を許可しましたが、背後の Runtime が Gateway の認証情報を拒否しています。
    }
    .why = ターゲット { $target } は { $credential } で呼び出します。Runtime からのメッセージ: { $message }
    .fix = { $kind ->
        [role] Gateway のロールのポリシーで、Runtime とそのエンドポイントの ARN に対する bedrock-agentcore:InvokeAgentRuntime を許可してください。
        [token] 認証情報プロバイダーのクライアントを Runtime のオーソライザーで許可するか（allowedClients、allowedAudience、allowedScopes）、プロバイダーの設定を直してください。
        [mismatch] Runtime のオーソライザーに合う認証情報プロバイダーをターゲットに設定してください。JWT なら OAUTH か JWT_PASSTHROUGH、IAM なら GATEWAY_IAM_ROLE か CALLER_IAM_CREDENTIALS です。
       *[unknown] ターゲットの認証情報プロバイダーと Runtime のオーソライザーを見比べてください。
    }
cause-service-behind-target = Gateway のターゲットの背後のサービスが、エラーを返しました。
    .why = ターゲット { $target } の応答は HTTP { $status } です。Gateway 自身の応答の特徴がないため、呼び出し元の可否を誰が判断したのかは分かりません。メッセージ: { $message }
    .fix = ターゲットの背後のサービスについて、独自の認可と、[gateway.passthrough] のパスとメソッドを確認してください。サービスが 2xx を返すリクエストを選んでください。
cause-caller-credentials-not-forwarded = Gateway は呼び出し元を許可しましたが、背後のサービスが、転送された AWS 認証情報を認識しません。
    .why = CALLER_IAM_CREDENTIALS のターゲットは、呼び出し元の ID で呼び出します。この現象は中国リージョンでのみ報告されています。サービスからのメッセージ: { $message }
    .fix = 同じ認証情報で Runtime を直接呼び出してください。成功する場合は、ターゲットを GATEWAY_IAM_ROLE にし、Gateway のロールで bedrock-agentcore:InvokeAgentRuntime を許可してください。
cause-domain-not-configured = リクエストが選んだドメインは、Gateway に設定されていません。
    .why = { $known ->
        [unknown] ヘッダー x-amzn-bedrock-agentcore-gateway-domain は { $domain } です。
       *[other] ヘッダー x-amzn-bedrock-agentcore-gateway-domain は { $domain } ですが、domainOverride にあるのは { $known } です。
    }
    .fix = ヘッダーを外すか、Gateway の domainOverride の alternateDomains にドメインを追加してください。
cause-consent-required = 呼び出しは許可されました。ツールの背後のサービスに、ユーザーがログインする必要があります。
    .why = { $url ->
        [unknown] 応答は、ユーザーがアドレスを開いて同意することを求めています。
       *[other] 応答は、ユーザーが { $url } を開いて同意することを求めています。
    }
    .fix = エラーの data.elicitations にあるアドレスをユーザーに開いてもらい、ツールをもう一度呼び出してください。MCP クライアントが URL エリシテーションに対応している必要があります。

## 貼り付けられた素材
material-token = { $provider ->
        [none] {""}
       *[other] { $provider } の{" "}
    }{ $kind ->
        [access] アクセストークン
        [id] ID トークン
       *[other] トークン（JWT）
    }
material-token-unreadable = JWT ではないトークン（{ $detail }）
material-token-issuer = 発行者（iss）: { $issuer }
material-token-client = クライアント（{ $claim }）: { $client }
material-token-caller = { $kind ->
        [machine] 呼び出し元: クライアント自身（ユーザーなし）
       *[user] 呼び出し元: ユーザー
    }
material-token-audience = オーディエンス（aud）: { $audience }
material-token-scopes = スコープ: { $scopes }
material-token-algorithm = 署名方式は { $algorithm } です。オーソライザーが署名を検証できるのは発行者の公開鍵だけです
material-token-validity = { $state ->
        [expired] { $until } に期限切れ（{ $duration } 前）
        [early] { $since } から { $until } まで有効（開始まで { $duration }）
       *[valid] { $since ->
                [none] { $until } まで有効（残り { $duration }）
               *[other] { $since } から { $until } まで有効（残り { $duration }）
            }
    }
material-token-without-expiry = 有効期限（exp）なし
material-rule-clients = { $found ->
        [none] { $kind ->
                [id] allowedClients には一致しません: ID トークンには client_id がありません
               *[other] { $instead ->
                        [none] allowedClients には一致しません: client_id がありません
                       *[other] allowedClients には一致しません: client_id がなく、{ $instead } は対象になりません
                    }
            }
       *[other] allowedClients に必要な値: { $found }
    }
material-rule-audience = { $found ->
        [none] { $provider ->
                [cognito] allowedAudience には一致しません: Cognito のアクセストークンには aud がありません
               *[other] allowedAudience には一致しません: aud がありません
            }
       *[other] allowedAudience に必要な値: { $found }
    }
material-rule-scopes = { $found ->
        [none] allowedScopes には一致しません: スコープがありません
       *[other] allowedScopes に必要な値（{ $claim } のいずれか）: { $found }
    }
material-arn = { $kind ->
        [runtime] Runtime の ARN: { $arn }
        [endpoint] Runtime のエンドポイントの ARN: { $arn }
        [gateway] Gateway の ARN: { $arn }
        [harness] ハーネスの ARN: { $arn }
        [workload-identity] ワークロード ID の ARN: { $arn }
        [registry] レジストリの ARN: { $arn }
        [user-pool] Cognito ユーザープールの ARN: { $arn }
       *[other] サービス { $service } の ARN: { $arn }
    }
material-arn-place = リージョン { $region }、アカウント { $account }
material-arn-encoded = { $count ->
        [once] URL で必要な形にパーセントエンコードされています。URL 以外ではコロンとスラッシュのまま書きます
       *[other] { $count } 回パーセントエンコードされています。URL でのエンコードは一度だけです
    }
material-arn-padded = 引用符の内側で、前後に空白があります。URL では ARN の一部になります
material-arn-malformed = { $part ->
        [parts] ARN（コロンで区切られた 6 つの部分）ではありません: { $arn }
        [partition] パーティション（{ $value }）が正しくない ARN: { $arn }
        [service] サービス（{ $value }）が正しくない ARN: { $arn }
        [region] リージョン（{ $value }）が正しくない ARN: { $arn }
        [account] アカウント（{ $value }）が正しくない ARN: { $arn }
       *[resource] リソース（{ $value }）が正しくない ARN: { $arn }
    }
material-arn-not-callable = { $kind ->
        [registry] ID で呼び出します: https://agent-registry.REGION.api.aws/registry/REGISTRY_ID/mcp
       *[other] それ自体は呼び出せません。呼び出せるのは、それを使う Runtime や Gateway です
    }
material-host = ホスト: { $host }
material-invocation-url = URL: { $url }
material-discovery-url = ディスカバリー URL: { $url }
material-endpoint-as-qualifier = URL には使えません。Runtime（{ $arn }）と qualifier={ $endpoint } を指定してください
material-harness-session = 33〜100 文字のセッション ID と messages[] を付けて POST します。この ARN は /runtimes/ では使えません
material-url = { $kind ->
        [data] AgentCore データプレーンの URL: { $url }
        [control] AgentCore コントロールプレーンの URL: { $url }
        [gateway] Gateway の URL: { $url }
        [registry] レジストリの URL: { $url }
        [provider] { $provider ->
                [none] ID プロバイダーの URL: { $url }
               *[other] { $provider } の URL: { $url }
            }
        [document] 公開ドキュメントの URL: { $url }
       *[other] URL: { $url }
    }
material-url-names = 対象は { $identifier }、エンドポイントは { $endpoint } です
material-request = { $auth ->
        [bearer] ベアラートークン付きのリクエスト（応答なし）: { $method } { $url }
        [sigv4] 署名付きのリクエスト（応答なし）: { $method } { $url }
       *[none] 認証情報のないリクエスト（応答なし）: { $method } { $url }
    }
material-settings = { $kind ->
        [jwt] { $target ->
                [runtime] Runtime の JWT オーソライザー
                [gateway] Gateway の JWT オーソライザー
               *[other] JWT オーソライザー
            }
        [AWS_IAM] IAM オーソライザー
        [NONE] オーソライザーなし（NONE）
        [AUTHENTICATE_ONLY] AUTHENTICATE_ONLY オーソライザー
       *[other] Runtime または Gateway の設定
    }{ $form ->
        [cloudformation] （CloudFormation）
        [cdk] （CDK）
        [terraform] （Terraform）
       *[api] {""}
    }{ $provider ->
        [none] {""}
       *[other] 、ID プロバイダー: { $provider }
    }
material-setting = { $setting }: { $value }
material-setting-open = { $setting }: 値は後から決まります
material-setting-form = { $setting } の値 { $value } が API のモデルの形式に合いません: { $form }
material-setting-missing = { $setting } がありません
material-setting-unknown = { $spelling } という設定はありません。正しくは { $setting } です
material-type-contradicts = { $setting } は { $value } ですが、JWT の設定があります
material-type-without-settings = 種類は CUSTOM_JWT ですが、{ $setting } がありません
material-discovery-url-form = { $setting } は /.well-known/openid-configuration か /.well-known/oauth-authorization-server で終わる必要があります（その後にパスが続いてもかまいません）: { $url }
material-discovery-url-of-login-page = { $setting } は Cognito のログインページのドメインで、発行者ではありません: { $url }
material-list-empty = { $setting } が空です。設定を外すか、1 つ以上の値を指定してください
material-list-too-long = { $setting } の要素は { $count } 個ですが、上限は { $limit } 個です
material-rule-missing = 条件がありません。allowedClients、allowedAudience、allowedScopes、customClaims のいずれかが必要です
material-operator-for-type = { $setting } の { $operator } は、型 { $value } に使えません。使えるのは { $expected } です
material-value-for-operator = { $operator } が比較する { $expected } が設定されていません
material-never-audience-not-allowed = { $setting } は { $provider } のアクセストークンに一致しません: 既定では aud がありません（ID トークンにはあります）
material-never-client-not-allowed = { $setting } は { $provider } のアクセストークンに一致しません: 既定では client_id がなく、{ $instead } があります
material-authorization-stripped = ヘッダーの許可リストに Authorization がないため、エージェントはトークンを受け取れません
material-authorization-without-jwt = { $setting } に Authorization を指定できるのは、JWT オーソライザーの場合だけです
material-mapping-without-scopes = advertisedScopeMapping は allowedScopes の名前を変えるものですが、allowedScopes が設定されていません

extension-checks = チーム独自のチェック
extension-problems = 問題
extension-none = なし
extension-required = 必須
extension-optional = 参考
extension-failed = { $name } は実行できませんでした: { $error }
extension-line = { $symbol } { $title }（{ $name }）: { $problem }
extension-not-verified = チームの必須チェックで問題が見つかったため、終了コードは 1 です。

## 環境の一覧
fleet-title = AgentCore アクセス検証: { $count } 環境
fleet-verdict-attention = { $all } 環境中 { $count } 環境に対応が必要です
fleet-verdict-verified = { $all } 環境すべて検証合格です
fleet-state-error = 実行不可
count-changed = 変化あり { $count } 件
fleet-fact-runs = 検証日時（UTC）
fleet-fact-made = ページ作成日時（UTC）
fleet-from-to = { $first } ～ { $last }
fleet-source-embedded = AWS ではなく組み込み AgentCore による結果が { $count } 環境あります: { $names }
fleet-source-loopback = AWS ではなくこのマシン上の別のエンドポイントによる結果が { $count } 環境あります: { $names }
fleet-source-proxied = プロキシを経由したため、応答が書き換えられた可能性がある環境が { $count } 件あります: { $names }
fleet-source-recorded = 記録を再生した結果が { $count } 環境あります: { $names }
fleet-and-more = { $names } ほか { $count } 件
section-fleet-first-steps = 最初に行うこと
section-fleet-changes = 前回からの変化
section-fleet-environments = 環境の一覧
fleet-step-error = 検証を実行できなかった原因を解消してください。
fleet-step-check = チームのチェックで見つかった問題を解消してください。
fleet-checks-failed = チームの必須チェックで問題が見つかりました: { $names }
fleet-step-environments = { $count } 環境:
fleet-step-more = ほか { $count } 環境
fleet-steps-more = ほか { $count } 項目
fleet-change-times = { $after } UTC（前回: { $before }）
fleet-change-ways = アクセス方法 { $count } 件
fleet-changes-more = ほか { $count } 環境
fleet-changes-none = { $count ->
        [0] 比較できる前回の検証がある環境はありません。
       *[other] 今回検証でき、前回の検証と比較できる { $count } 環境（全 { $all } 環境中）では、変化はありません。
    }
fleet-column-time = 検証日時
fleet-entrances = その他の入口
fleet-callers = その他の呼び出し元
fleet-no-account = アカウントとリージョンは不明
fleet-no-page = ページなし
fleet-changed = 変化あり
fleet-since = { $day } から { $count } 回連続
fleet-last-run = 最後の検証 { $time }
fleet-rest = 検証合格で変化のない { $count } 環境
fleet-digest = fleet.json のダイジェスト（SHA-256）
fleet-utc = 日時は UTC です。

## 履歴
history-title = 履歴
history-none = 過去の実行はありません。
history-runs = 実行は { $runs } 回です。
history-runs-since = { $runs ->
    [1] 実行は 1 回です（{ $first } UTC）。
   *[other] { $first } UTC 以降の実行は { $runs } 回です。
}
history-verdict = 直近 { $runs } 回の判定は「{ $verdict }」です。
history-verdict-since = { $since } から「{ $verdict }」が { $runs } 回続いています。
history-flapping = 直近 { $window } 回の実行で 3 回以上変化した、不安定な項目: { $rows }
history-no-flapping = 直近 { $window } 回の実行で 3 回以上変化した項目はありません。
history-latency = 直近 { $runs } 回のレイテンシー: { $lowest }～{ $highest } ms
column-since = 継続開始
column-runs = 連続回数
column-p50 = p50 (ms)
column-p95 = p95 (ms)
column-latency = レイテンシー
column-changes = 変化回数

## 環境の比較
compared-title = { $one } と { $other } の比較
compared-with = { $other } との比較
compared-run = { $environment }: { $verdict }（{ $started } の実行）
compared-run-undated = { $environment }: { $verdict }
compared-only = { $environment } は { $method } のみの検証です。一方の実行にしかない行は比較していません。
compared-versions = 実行したバージョンが異なります: { $one } は { $first }、{ $other } は { $second } です。
compared-sources = 応答元の種類が異なります: { $one } は{ $first }、{ $other } は{ $second }です。
compared-source-aws = AWS からの応答
compared-source-embedded = 組み込み AgentCore からの応答
compared-source-loopback = このマシン上の別のエンドポイントからの応答
compared-source-proxied = プロキシ経由の応答
compared-source-recorded = 記録の再生
compared-equal-verified = どちらも検証合格で、結果に違いはありません。
compared-equal = 結果に違いはありません。
compared-verdict-only = 判定は異なりますが、個々の行と設定の結果に違いはありません。
compared-nothing = 記録した内容では説明できません
compared-basis-decides = この値をもう一方の環境の値に置き換えると、ルール上の結果ももう一方の環境と同じになります。
compared-basis-named = この原因に関わる値で、環境間に差があります。ほかの要因の有無は記録からは分かりません。
compared-basis-nothing = 記録した値の差の中に、これらの結果を説明できるものはありません。
compared-follows = これに伴う違い: { $methods }
compared-configuration = 設定の誤り
compared-expectation = 期待値の不一致または期限切れ
compared-absent = なし
compared-row = { $result }、{ $outcome }
compared-row-cause = { $result }（{ $cause }）、{ $outcome }
compared-cause = { $environment }、{ $cause }: { $text }
compared-others = { $count ->
   *[other] 結果の違いに関わらない差がほかに { $count } 件あります。
}
compared-column-fact = 異なる項目
compared-fact = { $place }: { $name }
compared-place-runtime = Runtime
compared-place-gateway = Gateway
compared-place-harness = ハーネス
compared-place-registry = レジストリ
compared-place-issuer = 発行者
compared-place-issuer-runtime = Runtime の発行者
compared-place-issuer-gateway = Gateway の発行者
compared-place-issuer-harness = ハーネスの発行者
compared-place-issuer-registry = レジストリの発行者
compared-place-client = アプリクライアント
compared-place-token = トークン
compared-place-token-of = { $caller } のトークン
compared-place-policy = リソースポリシー
compared-place-file = 環境ファイル
compared-place-run = 実行
compared-name-authorizer = オーソライザーの種類
compared-name-read = 設定
compared-name-issuer-read = ディスカバリードキュメント
compared-name-endpoint = 呼び出したエンドポイント
compared-name-otherEndpoints = ほかのエンドポイント
compared-name-targets = ターゲット
compared-name-status = ステータス
compared-name-issuer = ディスカバリードキュメントの issuer
compared-name-keys = 署名鍵
compared-name-hasSecret = シークレット
compared-name-validity = 有効期限
compared-name-form = 形式
compared-name-tools = ツール一覧
compared-name-clock = サービスの時計
compared-name-caller = AWS プリンシパル
compared-name-policy-endpoint = エンドポイント
compared-name-awsLogin = AWS ログイン
compared-name-aws = aws コマンド
compared-value-unset = 未設定
compared-value-set = 設定あり
compared-value-read = 読み取り済み
compared-value-only = こちらのみ: { $text }
compared-value-nothing = ほかになし
compared-value-matches = トークンの { $claim } と一致
compared-value-fails = トークンの { $claim }（{ $found }）と不一致
compared-value-fails-absent = トークンに { $claim } がない
compared-validity-valid = 有効
compared-validity-expired = 期限切れ
compared-validity-near-expiry = まもなく期限切れ
compared-validity-early = まだ有効でない

### MCP クライアントがログイン先を調べるときに読むドキュメント（…-oauth-metadata）

entrance-runtime-oauth-metadata = Runtime メタデータ
entrance-gateway-oauth-metadata = Gateway メタデータ
method-runtime-oauth-metadata = Runtime の OAuth メタデータ
method-gateway-oauth-metadata = Gateway の OAuth メタデータ
way-metadata = ドキュメント
decision-served = 取得可
decision-not-read = 取得不可
decision-faulty = 内容に誤り
result-faulty = { $result }（内容に誤りあり）
reason-no-login-by-authorizer = MCP クライアントがログインできるのは、オーソライザーが JWT を検証する場合だけです。このオーソライザーにはログイン先がありません。
reason-issuer-not-readable = 認可サーバーのドキュメントをここからは取得できないため、クライアントがログイン先にたどり着けるかどうかは、この実行ではわかりません。クライアントのある環境で実行し直してください。
step-challenge = 認証情報なしの呼び出し
step-server-metadata = 認可サーバーのメタデータ
fine-documents = ドキュメントを取得でき、ログイン先が示されています。
plan-url-of-origin-of-issuer = <発行者のアドレス>
plan-url-of-origin-of-gateway = <Gateway のアドレス>
plan-url-of-origin-of-session = <セッションエンドポイント>

# The login of MCP clients: steps, forecasts, sides and ways (judge/login_chain)
step-name-challenge = 認証情報なしの呼び出し
step-name-resource-metadata = MCP サーバーのメタデータ
step-name-server-metadata = 認可サーバーのメタデータ
step-name-server-capabilities = 認可サーバーの機能
step-name-client-identity = クライアント ID
step-name-authorization = ブラウザーでのログイン
step-name-token = 認可コードのトークンへの交換
step-name-call = トークンを付けた呼び出し
side-target = Gateway または Runtime
side-provider = ID プロバイダー
side-client = クライアント
login-way-automatic = URL のみ
login-way-typed-id = URL とクライアント ID を設定
login-step-challenge-names-metadata = 401 の応答が、メタデータの URL として { $metadata } を示しています。
login-step-resource-metadata-found = メタデータの resource は { $resource } で、認可サーバーは { $issuer } です。
login-step-server-metadata-found = メタデータは { $url } にあります。
login-step-capabilities-complete = PKCE の S256 を含め、クライアントに必要な項目がメタデータに揃っています。
login-step-identity-available = クライアントは動的登録 (DCR) などで ID を取得することも、アプリクライアントを使うこともできます。
login-step-authorization-possible = 読み取った範囲では、{ $url } でのログインを妨げるものはありません。{ $iss ->
    [announced] サーバーは iss を返すと宣言しているため (RFC 9207)、iss のないリダイレクトをクライアントは拒否します。
   *[other] {""}
}
login-step-token-endpoint-listed = トークンエンドポイントは { $url } です。
login-step-rules-can-match = プロバイダーのトークンはオーソライザーのルールを満たすことができます。
login-step-client-used = この記録のログインでは ID { $client } を使いました。
login-step-logged-in = { $url } でログインし、ブラウザーが認可コードとともに戻りました。
login-step-token-issued = { $url } が認可コードに対してトークンを発行しました。
login-step-call-accepted = 対象がこのログインのトークンを受け入れました。
login-step-no-login-needed = ターゲットは認証情報なしの呼び出しを受け付けるため、クライアントはログインしません。
login-step-challenge-without-metadata = 401 の応答にメタデータの URL がないため、クライアントは well-known のアドレスを調べます。
login-step-metadata-url-relative = チャレンジが示す { $metadata } は絶対 URL ではありません。ここでログインを中止するクライアントがあります。
login-step-metadata-elsewhere = チャレンジが示すアドレスにはメタデータがなく、well-known のアドレスにはあります。前者だけを読み取るクライアントがあります。
login-step-server-metadata-openid-only = クライアントが調べるアドレスの一部にメタデータがありません。MCP 仕様の 2025-06-18 版のクライアントは /.well-known/oauth-authorization-server だけを読み取ります。
login-step-after-fallback = メタデータを見つけられなかったクライアントは、ここで同じホストのアドレスを代わりに使い、停止します。
login-step-not-reached = 前のステップで決まるため、判定できません。
login-step-bearer-on-iam = ターゲットは IAM の署名 (SigV4) を要求し、ログインはありません。
login-step-authorizer-unread = オーソライザーのルールは不明です。
login-step-challenge-unread = 認証情報なしの呼び出しに応答がありませんでした。
login-step-challenge-status = 応答は 401 ではなく { $status } です。多くのクライアントは 401 でのみログインを開始します。
login-step-metadata-url-insecure = { $url } は https ではないため、読み取りませんでした。
login-step-resource-metadata-malformed = { $url } は 200 を返しますが、MCP サーバーのメタデータ (RFC 9728) として使えません。不足または不正な項目: { $members }。
login-step-resource-metadata-unread = { $url } をここから読み取れませんでした。
login-step-oauth-metadata-missing = 認可サーバーを示すメタデータ (RFC 9728) がどのアドレスにもありません。
login-step-challenge-header-renamed = API Gateway が WWW-Authenticate の名前を変更したため、クライアントにはメタデータの場所が伝わりません。
login-step-resource-mismatch = メタデータの resource は { $found } ですが、呼び出す URL は { $expected } です。
login-step-server-metadata-unread = { $url } をここから読み取れませんでした。
login-step-authorization-server-metadata-missing = 認可サーバーのメタデータがどのアドレスにもありません。最後の { $url } は { $status } を返します。
login-step-server-metadata-malformed = { $url } は認可サーバーのメタデータとして不完全です。不足または不正な項目: { $members }。
login-step-metadata-issuer-mismatch = メタデータの発行者は { $found } ですが、問い合わせた発行者は { $expected } です。
login-step-response-type-unsupported = response_types_supported に code がありません: { $types }。拒否するクライアントがあります。
login-step-pkce-not-advertised = { $methods ->
        [none] メタデータに code_challenge_methods_supported がありません。PKCE が使える場合でも、拒否するクライアントがあります。
       *[other] code_challenge_methods_supported に S256 がありません: { $methods }。多くのクライアントが拒否します。
    }
login-step-client-registration-unsupported = 認可サーバーは登録 (DCR) もクライアントメタデータ文書 (CIMD) も提供していません。各クライアントに ID を設定する必要があります。
login-step-registration-documents-only = 認可サーバーはクライアントメタデータ文書 (CIMD) を受け付けますが、登録 (DCR) を提供していません。この文書のないクライアントには ID を設定する必要があります。
login-step-client-registration-refused = 登録エンドポイントはありますが、トークンのないクライアントを拒否します。
login-step-registration-policy-unknown = 登録エンドポイントはありますが、すべてのクライアントが登録できるかどうかは不明です。
login-step-client-id-missing = 環境には、設定できるアプリクライアントの ID がありません。
login-step-app-client-unread = アプリクライアント { $client } の設定を読み取れませんでした。
login-step-oauth-grant-not-allowed = アプリクライアント { $client } は認可コードグラントを許可していません。
login-step-redirect-uri-mismatch = { $listed ->
        [none] アプリクライアントにリダイレクト URI が登録されていません。
       *[other] アプリクライアントのリダイレクト URI ({ $listed }) に、一部のクライアントのものがありません。
    }
login-step-cimd-url-not-allowed = 一部のクライアントはクライアントメタデータ文書の URL ({ $client } など) を ID としますが、ユーザープールのどのポリシーも許可していません。
login-step-oauth-scope-invalid = クライアントはスコープ { $scopes } を要求しますが、プロバイダーは許可していません。許可済み: { $allowed }。
login-step-scopes-unknown = クライアントはスコープ { $scopes } を要求しますが、プロバイダーが許可しているかどうかは不明です。
login-step-resource-parameter-rejected = クライアントは resource (RFC 8707) に { $resource } を送りますが、プロバイダーには登録されておらず、拒否されます。
login-step-resource-parameter-unknown = クライアントは resource (RFC 8707) に { $resource } を送りますが、プロバイダーが受け付けるかどうかは不明です。
login-step-token-endpoint-insecure = トークンエンドポイント { $url } は TLS を使っていません。
login-step-protocol-not-mcp = Runtime のエージェントのプロトコルは MCP ではなく { $protocol } です。
login-step-issuer-mismatch = クライアントは { $found } でログインしますが、オーソライザーが信頼する発行者は { $wanted } です。
login-step-workload-binding = オーソライザーは { $wanted } からの呼び出しだけを受け付けます。
login-step-client-claim-missing = allowedClients は client_id を比較しますが、このプロバイダーのアクセストークンには含まれません。
login-step-client-not-allowed = allowedClients に { $client } がありません。登録済み: { $allowed }。
login-step-registered-client-not-allowed = 動的登録 (DCR) を行うクライアントは毎回別の ID を得るため、allowedClients に入れておくことはできません。
login-step-audience-not-allowed = allowedAudience は { $wanted } を要求しますが、このプロバイダーはクライアントのトークンに書き込みません。
login-step-audience-unknown = allowedAudience は { $wanted } を要求しますが、クライアントのトークンに含まれるかどうかは不明です。
login-step-scope-missing = allowedScopes は { $wanted } のいずれかを要求しますが、クライアントが要求するスコープは { $asked } です。
login-step-scope-unknown = allowedScopes は { $wanted } のいずれかを要求しますが、トークンのスコープは不明です。
login-step-custom-claim-unknown = クレーム { $claim } のルールがありますが、クライアントのトークンが満たすかどうかは不明です。
forecast-connects = 読み取った範囲では、接続を妨げるものはありません。
forecast-no-login-needed = ターゲットは認証情報なしの呼び出しを受け付けるため、ログインは不要です。
forecast-signs-calls = SigV4 で署名し、IAM が呼び出し元を許可していればターゲットは受け付けます。
forecast-warning-s256-not-listed = メタデータの PKCE の方式に S256 がありません。実際に対応していない場合、ログインに失敗します。
forecast-warning-redirect-port = クライアントは、アプリクライアントに登録されたポートを使う必要があります。
forecast-warning-document-fetched = プロバイダーがインターネット上のクライアントメタデータ文書を読み取れる必要があります。
forecast-warning-client-secret = アプリクライアントにシークレットがあり、クライアントにも設定が必要です。
forecast-warning-policies = 各ツールについては、ポリシーエンジンまたはインターセプターも判断します。
forecast-warning-may-stop-earlier = 前のステップの結果が確認されていないため、より早い段階で停止する可能性があります。
forecast-bearer-on-iam = ターゲットは IAM の署名 (SigV4) を要求しますが、このクライアントは署名しません。
forecast-fix-bearer-on-iam = 署名を付ける mcp-proxy-for-aws を経由して呼び出すか、ターゲットに JWT オーソライザーを設定してください。
forecast-sigv4-on-jwt = このクライアントは SigV4 で署名しますが、ターゲットは Bearer トークンだけを受け付けます。
forecast-fix-sigv4-on-jwt = 署名プロキシを使わず、ログインするクライアントを使ってください。
forecast-authorizer-unread = オーソライザーのルールを読み取れないため、トークンが受け付けられるかどうかは不明です。
forecast-fix-authorizer-unread = 実行時にターゲットを読み取れるようにしてください。必要な権限は docs/permissions.md にあります。
forecast-challenge-unread = 認証情報なしの呼び出しに応答がなかったため、予測できません。
forecast-fix-challenge-unread = このマシンからターゲットを呼び出せるようにして、もう一度実行してください。
forecast-challenge-status = 最初の応答が { $status } であり、このクライアントはログインを開始しません。
forecast-fix-challenge-status = AgentCore と同じく、認証情報なしの呼び出しには 401 と WWW-Authenticate で応答してください。代わりに応答しているプロキシ、ファイアウォール、ポリシーがないか確認してください。
forecast-start-unknown = 最初の応答は { $status } です。このクライアントがログインを開始するかどうかは確認されていません。
forecast-fix-start-unknown = 認証情報なしの呼び出しには 401 で応答してください。
forecast-lookup-unknown = このクライアントが MCP サーバーのメタデータをどこで探すかは確認されていません。
forecast-fix-lookup-unknown = このクライアントで実際にログインを試し、表示されたエラーを `agentcore-probe explain` に渡してください。
forecast-relative-url-unknown = チャレンジが示す { $metadata } は絶対 URL ではありません。このクライアントの動作は確認されていません。
forecast-fix-relative-url-unknown = WWW-Authenticate の resource_metadata を絶対 URL にしてください。
forecast-resource-metadata-unread = { $url } をここから読み取れなかったため、クライアントがどこでログインするかは不明です。
forecast-fix-resource-metadata-unread = このアドレスを読み取れる場所で、リクエスト数の上限を十分にして、もう一度実行してください。
forecast-metadata-url-insecure = { $url } は https ではないため、読み取りませんでした。このクライアントが読み取るかどうかは不明です。
forecast-fix-metadata-url-insecure = メタデータの URL を https にしてください。
forecast-resource-metadata-malformed = 使用できる MCP サーバーのメタデータが見つかりません。{ $url } は 200 を返しますが、不足または不正な項目があります: { $members }。
forecast-fix-resource-metadata-malformed = AgentCore と同じく、resource と authorization_servers (絶対 URL) を含むメタデータを提供してください。途中のプロキシが代わりに応答したり、内容を変更したりしていないか確認してください。
forecast-redirect-unknown = { $url } はリダイレクトします。このクライアントが従うかどうかが確認されていないか、リダイレクト先を読み取っていません。
forecast-fix-redirect-unknown = このアドレスで文書を直接提供してください。
forecast-oauth-metadata-missing = { $fallback ->
        [metadata] MCP サーバーのメタデータが見つからず、同じホストで認可サーバーのメタデータを探しますが、それもないため停止します。
        [register] MCP サーバーのメタデータが見つからず、同じホストの /register に登録しようとしますが、AgentCore には存在しないため、そこで停止します。
        [authorize] MCP サーバーのメタデータが見つからず、同じホストの /authorize でログインしようとしますが、AgentCore には存在しないため、そこで停止します。
       *[none] { $metadata ->
                [none] MCP サーバーのメタデータが見つからず、どこでログインするか分かりません。
               *[other] チャレンジが示す { $metadata } は絶対 URL ではなく、このクライアントはログインを中止します。
            }
    }
forecast-fix-oauth-metadata-missing = 401 の resource_metadata に、200 を返す絶対 URL を示してください。途中のプロキシは、ヘッダーと文書の両方をそのまま通す必要があります。
forecast-challenge-header-renamed = API Gateway が WWW-Authenticate の名前を変更し、well-known のアドレスにもメタデータがありません。{ $fallback ->
        [metadata] 同じホストで認可サーバーのメタデータを探しますが、それもないため停止します。
        [register] 同じホストの /register に登録しようとしますが、AgentCore には存在しないため、そこで停止します。
        [authorize] 同じホストの /authorize でログインしようとしますが、AgentCore には存在しないため、そこで停止します。
       *[none] どこでログインするか分かりません。
    }
forecast-fix-challenge-header-renamed = ターゲット自身の URL を呼び出すか、API Gateway の手前で WWW-Authenticate を設定し直してください。
forecast-resource-metadata-not-read = MCP 仕様の 2025-03-26 版に従い、ターゲットのホストを認可サーバーとみなしますが、AgentCore は認可サーバーではありません。
forecast-fix-resource-metadata-not-read = protected-resource メタデータ (RFC 9728) を読み取る版のクライアントを使ってください。
forecast-resource-error-unknown = メタデータのアドレスが { $status } を返します。このクライアントの動作は確認されていません。
forecast-fix-resource-error-unknown = ターゲットが { $status } を返す原因を調べ、もう一度実行してください。
forecast-resource-mismatch = メタデータの resource は { $found } ですが、呼び出す URL は { $expected } です。このクライアントはこれを拒否します。
forecast-fix-resource-mismatch = クライアントに URL { $found } を設定してください。別のドメインを使う場合は、Gateway に設定します (domainOverride)。
forecast-resource-check-unknown = メタデータの resource は { $found } ですが、呼び出す URL は { $expected } です。このクライアントが拒否するかどうかは確認されていません。
forecast-fix-resource-check-unknown = クライアントに URL { $found } を設定してください。
forecast-server-metadata-unread = { $url } をここから読み取れませんでした。クライアントからは読み取れる可能性があります。
forecast-fix-server-metadata-unread = ID プロバイダーに接続できる場所で、もう一度実行してください。
forecast-revision-unknown = 認可サーバーのメタデータは一部のアドレスにしかありません。このクライアントがどれを調べるかは確認されていません。
forecast-fix-revision-unknown = このクライアントで実際にログインを試し、表示されたエラーを `agentcore-probe explain` に渡してください。
forecast-authorization-server-metadata-missing = 認可サーバーのメタデータが見つかりません。{ $url } は { $status } を返します。{ $fallback ->
        [register] そのホストの /register に登録しようとして、そこで停止します。
        [authorize] そのホストの /authorize でログインしようとして、そこで停止します。
       *[none] {""}
    }
forecast-fix-authorization-server-metadata-missing = ターゲットが示す発行者は /.well-known/openid-configuration または /.well-known/oauth-authorization-server を提供する必要があります。後者だけを調べるクライアントには、後者を提供するプロバイダーが必要です。
forecast-server-error-unknown = { $url } は { $status } を返します。このクライアントの動作は確認されていません。
forecast-fix-server-error-unknown = ID プロバイダーが { $status } を返す原因を調べ、もう一度実行してください。
forecast-server-metadata-malformed = { $url } は認可サーバーのメタデータとして不完全なため、このクライアントは拒否します。不足または不正な項目: { $members }。
forecast-fix-server-metadata-malformed = プロバイダーのメタデータにこれらの項目を含めてください。Cognito では、ユーザープールにドメインがある場合だけエンドポイントが含まれます。
forecast-malformed-unknown = { $url } は認可サーバーのメタデータとして不完全です (不足または不正: { $members })。このクライアントの動作は確認されていません。
forecast-fix-malformed-unknown = プロバイダーのメタデータにこれらの項目を含めてください。Cognito では、ユーザープールにドメインがある場合だけエンドポイントが含まれます。
forecast-metadata-issuer-mismatch = メタデータの発行者は { $found } ですが、問い合わせた発行者は { $expected } です。このクライアントは 1 文字ずつ比較します。
forecast-fix-metadata-issuer-mismatch = プロバイダーのものであれば、オーソライザーの discoveryUrl を { $discovery } にしてください。末尾のスラッシュだけが異なる場合は、それを無視するクライアント (TypeScript SDK や mcp-remote など) を使ってください。
forecast-issuer-check-unknown = メタデータの発行者は { $found } ですが、問い合わせた発行者は { $expected } です。このクライアントが拒否するかどうかは確認されていません。
forecast-fix-issuer-check-unknown = プロバイダーのものであれば、オーソライザーの discoveryUrl を { $discovery } にしてください。末尾のスラッシュだけが異なる場合は、それを無視するクライアント (TypeScript SDK や mcp-remote など) を使ってください。
forecast-response-type-unsupported = response_types_supported に code がない認可サーバーを拒否します: { $types }。
forecast-fix-response-type-unsupported = プロバイダーの response_types_supported に code を含めてください。
forecast-response-type-check-unknown = response_types_supported に code がありません ({ $types })。このクライアントが拒否するかどうかは確認されていません。
forecast-fix-response-type-check-unknown = プロバイダーの response_types_supported に code を含めてください。
forecast-pkce-not-advertised = { $methods ->
        [none] code_challenge_methods_supported のないメタデータを、プロバイダーが PKCE に対応していても拒否します。
       *[other] code_challenge_methods_supported に S256 のないメタデータを拒否します: { $methods }。
    }
forecast-fix-pkce-not-advertised = プロバイダーのメタデータに S256 を含めてください。設定できない場合 (Cognito、Entra) は、このリストなしのメタデータを受け付けるクライアントか、リストを追加する OAuth プロキシを使ってください。
forecast-pkce-check-unknown = { $methods ->
        [none] メタデータに code_challenge_methods_supported がありません。このクライアントが拒否するかどうかは確認されていません。
       *[other] code_challenge_methods_supported に S256 がありません ({ $methods })。このクライアントが拒否するかどうかは確認されていません。
    }
forecast-fix-pkce-check-unknown = 設定できる場合はプロバイダーのメタデータに S256 を含めてください。できない場合は、このクライアントで実際にログインを試し、表示されたエラーを `agentcore-probe explain` に渡してください。
forecast-registration-unknown = このクライアントが、設定されていない ID をどのように取得するかは確認されていません。
forecast-fix-registration-unknown = 設定できる場合は、アプリクライアントの ID をクライアントに設定してください。
forecast-client-registration-unsupported = { $tried ->
        [none] クライアント ID がなく、認可サーバーは、このクライアントが使える取得方法を提供していません。
       *[other] クライアント ID がなく、認可サーバーは、このクライアントが使える取得方法を提供していません。代わりに { $tried } に登録しようとしますが、AgentCore にこのパスはありません。
    }
forecast-fix-client-registration-unsupported = クライアントのリダイレクト URI を登録したアプリクライアントを作成し、その ID をクライアントに設定してください。オーソライザーに allowedClients がある場合は、その ID も追加してください。または、プロバイダーで動的登録 (DCR) を有効にしてください。
forecast-client-registration-refused = 動的登録 (DCR) を行いますが、プロバイダーはトークンのない登録を拒否し、このクライアントはトークンを持っていません。
forecast-fix-client-registration-refused = クライアントにアプリクライアントの ID を設定してください。オーソライザーに allowedClients がある場合は、その ID も追加してください。または、プロバイダーでトークンなしの登録を有効にしてください。
forecast-registration-policy-unknown = 動的登録 (DCR) を行いますが、プロバイダーが許可するかどうかは、クライアントが作成されてしまうため試していません。
forecast-fix-registration-policy-unknown = プロバイダーのクライアント登録ポリシーを確認するか、クライアントに ID を設定してください。
forecast-typed-id-unknown = このクライアントに ID を設定できるかどうかは確認されていません。
forecast-fix-typed-id-unknown = クライアントの設定を確認してください。
forecast-client-id-missing = 環境にアプリクライアントの指定がないため、その設定とこのクライアントの要件を比較できません。
forecast-fix-client-id-missing = [identity] の client_id に、クライアントに設定する ID を指定してください。
forecast-app-client-unread = アプリクライアント { $client } の設定を読み取れないため、このクライアントのリダイレクト URI とスコープが登録されているかどうかは不明です。
forecast-fix-app-client-unread = リダイレクト URI とスコープをこのクライアントのものと比較してください。Cognito では cognito-idp:DescribeUserPoolClient を許可すると読み取れます。
forecast-oauth-grant-not-allowed = このクライアントは認可コードグラントでログインしますが、アプリクライアント { $client } は許可していません。
forecast-fix-oauth-grant-not-allowed = アプリクライアントでこのグラントを許可するか (Cognito: AllowedOAuthFlows の code と AllowedOAuthFlowsUserPoolClient)、別のアプリクライアントを作成してください。
forecast-redirect-uri-mismatch = { $listed ->
        [none] アプリクライアントにリダイレクト URI が登録されていません。このクライアントには { $redirect } が必要です。
       *[other] アプリクライアントのリダイレクト URI ({ $listed }) に、このクライアントのもの ({ $redirect }) がありません。
    }
forecast-fix-redirect-uri-mismatch = { $port ->
        [varies] クライアントが使うポートを含めて、{ $redirect } をアプリクライアントに追加してください (Cognito: CallbackURLs)。
       *[fixed] { $redirect } をアプリクライアントに追加してください (Cognito: CallbackURLs)。
    }
forecast-redirect-uri-unknown = このクライアントのリダイレクト URI は確認されていません。
forecast-fix-redirect-uri-unknown = ログインを開始し、ログインページのアドレスにある redirect_uri をアプリクライアントに追加してください。
forecast-cimd-url-not-allowed = このクライアントの ID は URL { $client } ですが、ユーザープールのどのポリシーも許可していません。
forecast-fix-cimd-url-not-allowed = この URL に一致する URLPatterns を持つ CIMD ポリシーをユーザープールに作成するか、クライアントにアプリクライアントの ID を設定してください。
forecast-cimd-policy-unknown = このクライアントの ID は URL { $client } ですが、ユーザープールのポリシーが許可しているかどうかを読み取れませんでした。
forecast-fix-cimd-policy-unknown = cognito-idp:ListCIMDPolicies と DescribeCIMDPolicy を許可して、もう一度実行してください。
forecast-oauth-scope-invalid = { $id ->
        [registered] 動的登録 (DCR) を行うクライアントには、スコープ { $scopes } の要求が許可されていません。
       *[typed] アプリクライアントには、スコープ { $scopes } の要求が許可されていません。
    }許可済み: { $allowed }。
forecast-fix-oauth-scope-invalid = { $id ->
        [registered] 動的登録 (DCR) を行うクライアントに { $scopes } を許可するか (Cognito: DcrConfiguration の AllowedScopes)、要求できるアプリクライアントの ID をクライアントに設定してください。
       *[typed] アプリクライアントに { $scopes } を許可してください (Cognito: AllowedOAuthScopes)。
    }
forecast-scopes-unknown = スコープ { $scopes } を要求しますが、プロバイダーが許可しているかどうかは不明です。
forecast-fix-scopes-unknown = プロバイダーがこのクライアントに許可しているスコープと比較してください。
forecast-scope-source-unknown = このクライアントがどのスコープを要求するかは確認されていません。
forecast-fix-scope-source-unknown = ログインを開始し、ログインページのアドレスにある scope を確認してください。アプリクライアントはそのすべてを許可する必要があります。
forecast-resource-parameter-rejected = resource (RFC 8707) に { $resource } を送りますが、プロバイダーには登録されておらず、拒否されます。
forecast-fix-resource-parameter-rejected = クライアントが resource を送らないようにするか (mcp-remote: --disable-resource-parameter)、Gateway に独自ドメインを設定して (domainOverride)、その URL をプロバイダーに登録してください。
forecast-resource-parameter-unknown = プロバイダーが resource (RFC 8707) として { $resource } を受け付けるかどうかは不明です。
forecast-fix-resource-parameter-unknown = プロバイダーが求める場合は API として登録してください。そうでない場合は、このクライアントで実際にログインを試し、表示されたエラーを `agentcore-probe explain` に渡してください。
forecast-token-endpoint-insecure = トークンエンドポイント { $url } は TLS を使っていません。拒否するクライアントがあります。
forecast-fix-token-endpoint-insecure = トークンエンドポイントを https で提供してください。
forecast-protocol-not-mcp = 認可はされますが、Runtime のエージェントのプロトコルは MCP ではなく { $protocol } です。
forecast-fix-protocol-not-mcp = プロトコルが MCP の Runtime か、Gateway の URL をクライアントに設定してください。
forecast-issuer-mismatch = { $found } でログインしますが、オーソライザーが信頼する発行者は { $wanted } です。
forecast-fix-issuer-mismatch = オーソライザーが信頼する発行者をターゲットが示すようにしてください。
forecast-workload-binding = オーソライザーは { $wanted } からの呼び出しだけを受け付け、クライアントからの呼び出しは受け付けません。
forecast-fix-workload-binding = クライアントには、手前にある Gateway の URL を設定してください。
forecast-client-claim-missing = allowedClients は client_id を比較しますが、このプロバイダーのアクセストークンには含まれません。
forecast-fix-client-claim-missing = allowedClients を allowedAudience か、クライアントを示すクレームのルールに置き換えてください。
forecast-client-not-allowed = allowedClients に、このクライアントの ID { $client } がありません。登録済み: { $allowed }。
forecast-fix-client-not-allowed = この ID を allowedClients に追加するか、登録済みの ID をクライアントに設定してください。
forecast-registered-client-not-allowed = 動的登録 (DCR) を行って新しい ID を得ますが、allowedClients には含まれません。登録済み: { $allowed }。
forecast-fix-registered-client-not-allowed = allowedClients にある ID をクライアントに設定するか、そのルールを allowedScopes または allowedAudience に置き換えてください。
forecast-cimd-token-client-unknown = トークンの client_id が URL { $client } とポリシーのアプリクライアントのどちらになるかは文書化されておらず、allowedClients には { $allowed } しかありません。
forecast-fix-cimd-token-client-unknown = 一度ログインしてトークンの内容を確認するか、両方を allowedClients に追加してください。
forecast-audience-not-allowed = { $found ->
        [none] allowedAudience は { $wanted } を要求しますが、トークンに aud がありません。
       *[other] allowedAudience は { $wanted } を要求しますが、トークンの aud は { $found } です。
    }
forecast-fix-audience-not-allowed = allowedAudience を allowedClients または allowedScopes に置き換えるか、トークンの値を追加してください。
forecast-audience-unknown = allowedAudience は { $wanted } を要求しますが、トークンに含まれるかどうかは不明です。
forecast-fix-audience-unknown = 一度ログインして、トークンの aud を確認してください。
forecast-scope-missing = allowedScopes は { $wanted } のいずれかを要求しますが、このクライアントが要求するスコープは { $asked } です。
forecast-fix-scope-missing = ターゲットのチャレンジまたはメタデータで必要なスコープを示すか、クライアントに設定してください。
forecast-scope-unknown = allowedScopes は { $wanted } のいずれかを要求しますが、トークンのスコープは不明です。
forecast-fix-scope-unknown = 一度ログインして、トークンのスコープを確認してください。
forecast-custom-claim-unknown = クレーム { $claim } のルールがありますが、トークンが満たすかどうかは不明です。
forecast-fix-custom-claim-unknown = 一度ログインして、このクレームを customClaims と比較してください。
forecast-fix-client-registration-unsupported-cognito = クライアントのリダイレクト URI を登録したアプリクライアントを作成し、その ID をクライアントに設定してください。オーソライザーに allowedClients がある場合は、その ID も追加してください。または、ユーザープールで登録を有効にしてください (DcrConfiguration の EnableStatus と OpenDcrEnabled)。ドメインが必要です。
forecast-fix-client-registration-unsupported-entra = クライアントのリダイレクト URI を登録したアプリ登録を作成し、その ID をクライアントに設定してください。Entra はクライアントの登録を受け付けません。
forecast-fix-client-registration-refused-cognito = ユーザープールの DcrConfiguration で OpenDcrEnabled を有効にしてください。または、クライアントにアプリクライアントの ID を設定してください。オーソライザーに allowedClients がある場合は、その ID も追加してください。
forecast-fix-client-registration-refused-okta = Okta でアプリを作成し、その ID をクライアントに設定してください。Okta での登録には API トークンが必要です。
forecast-fix-registration-policy-unknown-cognito = 実行時にユーザープールを読み取れるようにするか (cognito-idp:DescribeUserPool)、その DcrConfiguration の OpenDcrEnabled を確認してください。
forecast-fix-registration-policy-unknown-keycloak = レルムのポリシー (Clients、Client registration、Anonymous access policies) を確認するか、クライアントに ID を設定してください。
forecast-fix-registration-policy-unknown-auth0 = テナントの設定の Dynamic Client Registration を確認するか、クライアントに ID を設定してください。
forecast-fix-resource-parameter-rejected-entra = Entra は、テナントが所有するドメインのアプリケーション ID URI だけを受け付けます。Gateway に独自ドメインを設定して (domainOverride)、その URL をアプリケーション ID URI にするか、resource を省略できるクライアントを使ってください (mcp-remote: --disable-resource-parameter)。
forecast-fix-resource-parameter-unknown-auth0 = この URL を識別子とする API を Auth0 に作成し、テナントの Resource Parameter Compatibility Profile を有効にしてください。
forecast-fix-audience-not-allowed-cognito = allowedAudience を allowedClients または allowedScopes に置き換えてください。Cognito は、トリガーで追加しない限り、アクセストークンに aud を書き込みません。

# MCP クライアントのログイン: 追加の注意事項
forecast-warning-s256-earlier = このクライアントの以前のバージョンは、code_challenge_methods_supported のないメタデータを拒否します。docs/clients.md に記載のバージョン以降を使ってください。
