"""What the control plane, CloudFormation and Terraform say of an authorizer or target that was not taken."""

from __future__ import annotations

from functools import partial

from agentcore_probe.model.sentence import Sentence


def _setting(kind: str, literal: str, example: str, pattern: str = "") -> Sentence:
    """An authorizer's setting that was not taken."""
    return Sentence(
        literal=literal,
        example=example,
        pattern=pattern,
        sender="aws",
        error_type="ValidationException",
        statuses=(400,),
        cause="authorizer-config-invalid",
        values=(("kind", kind),) if kind else (),
    )


_LIST = r"(?P<setting>Allowed(?:Clients|Audience|Scopes)|CustomClaims)"
_identity = partial(
    Sentence, sender="agentcore", error_type="ValidationException", cause="return-url-missing"
)

SENTENCES: tuple[Sentence, ...] = (
    # Lists
    _setting(
        "empty",
        "minimum 1, found 0",
        "AllowedClients minimum 1, found 0",
        rf"(?P<message>{_LIST} minimum 1, found 0)",
    ),
    _setting(
        "empty",
        "expected minimum item count: 1",
        "#/AuthorizerConfiguration/CustomJWTAuthorizer/AllowedClients: expected minimum item count: 1, found: 0",
        rf"CustomJWTAuthorizer/{_LIST}: (?P<message>expected minimum item count: 1, found: 0)",
    ),
    _setting(
        "empty",
        "customjwtauthorizer.",
        "Invalid length for parameter authorizerConfiguration.customJWTAuthorizer.allowedClients, value: 0, valid min length: 1",
        rf"(?P<message>Invalid length for parameter authorizerConfiguration\.customJWTAuthorizer\.{_LIST}[^\n]{{0,100}})",
    ),
    _setting(
        "empty",
        "member must have length greater than or equal to 1",
        "Value '[]' at 'authorizerConfiguration.customJWTAuthorizer.allowedClients' failed to satisfy constraint: Member must have length greater than or equal to 1",
        r"'(?P<setting>authorizerConfiguration\.customJWTAuthorizer\.[\w.]{1,80})' failed to satisfy constraint: (?P<message>Member must have length greater than or equal to 1)",
    ),
    _setting(
        "rule-missing",
        "at least one of",
        "At least one of allowedAudience, allowedClients, allowedScopes or customClaims must be provided",
        r"(?P<message>At least one of[^\n]{0,60}allowed_?(?:Clients|Audience|Scopes)[^\n]{0,100})",
    ),
    # The discovery URL
    _setting(
        "discovery-url",
        "discoveryurl",
        "Value 'https://idp.example.com' at 'authorizerConfiguration.customJWTAuthorizer.discoveryUrl' failed to satisfy constraint: Member must satisfy regular expression pattern: ^.+/\\.well-known/openid-configuration$",
        r"'authorizerConfiguration\.customJWTAuthorizer\.(?P<setting>discoveryUrl)' (?P<message>failed to satisfy constraint[^\n]{0,200})",
    ),
    _setting(
        "discovery-url",
        "customjwtauthorizer/discoveryurl",
        "#/AuthorizerConfiguration/CustomJWTAuthorizer/DiscoveryUrl: string [https://idp.example.com] does not match pattern ^.+/\\.well-known/openid-configuration$",
        r"CustomJWTAuthorizer/(?P<setting>DiscoveryUrl): (?P<message>[^\n]{1,200})",
    ),
    _setting(
        "discovery-url",
        "required key [discoveryurl] not found",
        "#/AuthorizerConfiguration/CustomJWTAuthorizer: required key [DiscoveryUrl] not found",
        r"required key \[(?P<setting>DiscoveryUrl)\] not found",
    ),
    _setting(
        "discovery-url",
        "customjwtauthorizer",
        'Missing required parameter in authorizerConfiguration.customJWTAuthorizer: "discoveryUrl"',
        r"Missing required parameter in authorizerConfiguration\.customJWTAuthorizer: \"(?P<setting>discoveryUrl)\"",
    ),
    _setting(
        "discovery-url",
        "must end with /.well-known/openid-configuration",
        "Discovery URL must end with /.well-known/openid-configuration",
        r"(?P<message>[^\n]{0,60}must end with /\.well-known/openid-configuration)",
    ),
    _setting(
        "discovery-url",
        "discovery",
        "ValidationException: Unable to fetch the OpenID discovery document from https://idp.example.com",
        r"(?P<message>(?:Invalid|Failed to (?:fetch|retrieve|validate)|Unable to (?:fetch|retrieve|reach|access)|Could not (?:fetch|retrieve|reach))[^\n]{0,40}discovery ?(?:url|document|endpoint)[^\n]{0,200})",
    ),
    _setting(
        "discovery-url",
        "discovery",
        "ValidationException: Discovery URL is not reachable",
        r"(?P<message>discovery ?(?:url|document|endpoint) (?:is (?:not|invalid)|could not|cannot|must|returned)[^\n]{0,150})",
    ),
    # The type, and whether it has a configuration
    _setting(
        "type",
        "authorizer type cannot be ",
        "Authorizer type cannot be updated for an existing gateway",
        r"(?P<message>Authorizer type cannot be (?:updated|changed|modified)[^\n(]{0,100})",
    ),
    _setting(
        "type",
        "authorizertype",
        "Updating the authorizerType of a gateway is not supported",
        r"(?P<message>authorizerType[^\n]{0,60}(?:is not supported|cannot be|immutable|not allowed)[^\n]{0,60})",
    ),
    _setting(
        "missing",
        "authorizerconfiguration is required",
        "AuthorizerConfiguration is required for CUSTOM_JWT authorizer type",
        r"(?P<message>(?P<setting>AuthorizerConfiguration) is required[^\n\"]{0,100})",
    ),
    _setting(
        "missing",
        "authorizer configuration is required",
        "Authorizer configuration is required when the authorizer type is CUSTOM_JWT",
        r"(?P<message>Authorizer configuration is required[^\n\"]{0,100})",
    ),
    _setting(  # Terraform
        "missing",
        'the argument "',
        'The argument "discovery_url" is required, but no definition was found.',
        r"(?P<message>The argument \"(?P<setting>discovery_url|allowed_\w{1,30}|authorizer_\w{1,30}|custom_\w{1,30})\" is required[^\n]{0,60})",
    ),
    _setting(
        "superfluous",
        "authorizerconfiguration",
        "AuthorizerConfiguration should not be provided for AWS_IAM authorizer type",
        r"(?P<message>(?P<setting>AuthorizerConfiguration) (?:is not (?:allowed|supported|applicable)|should not|must not|cannot|can only)[^\n\"]{0,100})",
    ),
    # Any other
    _setting(
        "",
        "authorizerconfiguration",
        "Value 'a b' at 'authorizerConfiguration.customJWTAuthorizer.customClaims.1.member.inboundTokenClaimName' failed to satisfy constraint: Member must satisfy regular expression pattern: [A-Za-z0-9_.:-]+",
        r"'(?P<setting>authorizerConfiguration[\w.]{0,120})' (?P<message>failed to satisfy constraint[^\n]{0,200})",
    ),
    _setting(
        "",
        "#/authorizerconfiguration",
        "#/AuthorizerConfiguration: extraneous key [CustomJwtAuthorizer] is not permitted",
        r"#/(?P<setting>AuthorizerConfiguration[\w/]{0,120}): (?P<message>[^\n]{1,200})",
    ),
    _setting(
        "",
        "parameter in authorizerconfiguration",
        'Unknown parameter in authorizerConfiguration: "customJwtAuthorizer", must be one of: customJWTAuthorizer',
        r"(?P<message>(?:Unknown|Missing required) parameter in (?P<setting>authorizerConfiguration[\w.]{0,120}): [^\n]{1,200})",
    ),
    # Terraform
    _setting(
        "provider",
        'attributename("authorizer_configuration")',
        'AttributeName("authorizer_configuration").ElementKeyInt(0): error decoding object; expected 4 attributes, got 3',
    ),
    _setting(
        "provider",
        "block authorizer_configuration must have a configuration value",
        "Block authorizer_configuration must have a configuration value as the provider has marked it as required.",
    ),
    _setting(
        "",
        "authorizer_configuration",
        "Error: Invalid Attribute Value Match: Attribute authorizer_configuration[0].custom_jwt_authorizer[0].discovery_url value must match the pattern",
        r"Attribute (?P<setting>authorizer_configuration[\w\[\].]{0,120}) (?P<message>[^\n]{1,200})",
    ),
    # A target's credentials
    _setting(
        "credentials",
        "credentialproviderconfiguration",
        "ValidationException: credentialProviderConfigurations is required for this target type",
        r"(?P<message>(?P<setting>credentialProviderConfigurations?)[^\n]{0,40}(?:is required|must|is not|failed|cannot|not supported)[^\n]{0,150})",
    ),
    _setting(
        "credentials",
        "credential provider configuration",
        "ValidationException: Credential provider configuration is not valid for the target type",
        r"(?P<message>credential provider configurations? (?:is|are|must|cannot|not)[^\n]{1,150})",
    ),
    # AgentCore Identity
    _identity(
        literal="resourceoauth2returnurl",
        pattern=r"(?P<message>[^\n]{0,150}ResourceOauth2ReturnUrl[^\n]{0,150})",
        example="You must register and use at least one ResourceOauth2ReturnUrl on your workload identity to use this flow",
    ),
    _identity(
        literal="return url is not registered",
        example="The provided return URL is not registered with the workload identity",
    ),
)
