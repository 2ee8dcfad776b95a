"""The names of the formats in which an old base may bring its passwords."""

ARGON2ID = "argon2id"
ASPNET_IDENTITY_V3 = "aspnet_identity_v3"
ASPNET_IDENTITY_V2 = "aspnet_identity_v2"
ASPNET_MEMBERSHIP_SHA1 = "aspnet_membership_sha1"
ASPNET_MEMBERSHIP_HMACSHA256 = "aspnet_membership_hmacsha256"
FORMS_SHA1 = "forms_sha1"
FORMS_MD5 = "forms_md5"

#: What `senha_formato` may say, beside the names of the home-made ones.
FORMATS = (
    ARGON2ID,
    ASPNET_IDENTITY_V3,
    ASPNET_IDENTITY_V2,
    ASPNET_MEMBERSHIP_SHA1,
    ASPNET_MEMBERSHIP_HMACSHA256,
    FORMS_SHA1,
    FORMS_MD5,
)

#: Stood as they are or could be turned back: whoever kept them knew the passwords. The numbers
#: are ASP.NET Membership's own (MembershipPasswordFormat).
READABLE = frozenset(
    {
        "clear",
        "encrypted",
        "0",
        "2",
        "aspnet_membership_clear",
        "aspnet_membership_encrypted",
    }
)

#: Stands before a home-made format's name in the base, so that it is never taken for one above.
HOME_MADE = "home_made:"
