"""Logos as drawings: a mark, and the name beside it as the letters print it."""

MARKS = {
    # an ear of grain
    "grain": '<path d="M40 70V26" stroke="{c}" stroke-width="5" stroke-linecap="round"/>'
    '<path d="M40 30c-2-10 0-17 0-20 0 3 2 10 0 20zM38 42c-10-1-16-6-17-14 9 1 16 6 17 14zM42 42c10-1 16-6 17-14-9 '
    '1-16 6-17 14zM38 56c-10-1-16-6-17-14 9 1 16 6 17 14zM42 56c10-1 16-6 17-14-9 1-16 6-17 14z" fill="{c}"/>',
    # a wheel
    "wheel": '<circle cx="40" cy="40" r="28" fill="none" stroke="{c}" stroke-width="8"/>'
    '<circle cx="40" cy="40" r="8" fill="{c}"/><path d="M40 40V14M40 40l22 14M40 40L18 54" stroke="{c}" '
    'stroke-width="5"/>',
    # a drop and a flame
    "drop": '<path d="M40 8c12 17 22 26 22 39a22 22 0 0 1-44 0C18 34 28 25 40 8z" fill="{c}"/>'
    '<path d="M40 38c5 8 9 11 9 17a9 9 0 0 1-18 0c0-6 4-9 9-17z" fill="#ffffff"/>',
}


def logo(mark: str, first: str, second: str, colour: str) -> bytes:
    """Give a logo of a mark and two lines of text as SVG."""
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 330 80" width="330" height="80">'
        f"{MARKS[mark].replace('{c}', colour)}"
        f'<text x="80" y="38" font-family="Inter, Arial, sans-serif" font-size="27" font-weight="700" fill="{colour}">'
        f'{first}</text><text x="80" y="64" font-family="Inter, Arial, sans-serif" font-size="19" fill="#43505d">'
        f"{second}</text></svg>"
    ).encode()
