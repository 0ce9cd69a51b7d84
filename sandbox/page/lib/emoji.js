/** The names people and apps use most; any other name stays as it was typed. */
const LIST = `
100 💯|+1 👍|thumbsup 👍|-1 👎|thumbsdown 👎|alarm_clock ⏰|anger 💢|arrow_down ⬇️|arrow_left ⬅️|arrow_right ➡️|arrow_up ⬆️
arrow_upper_right ↗️|arrow_lower_right ↘️|arrows_counterclockwise 🔄|baby 👶|balloon 🎈|bangbang ‼️|bank 🏦|bar_chart 📊|battery 🔋
beach_with_umbrella 🏖️|beer 🍺|bell 🔔|no_bell 🔕|bike 🚲|blue_heart 💙|blush 😊|bomb 💣|book 📖|books 📚|bookmark 🔖|boom 💥|brain 🧠
briefcase 💼|broken_heart 💔|bug 🐛|building_construction 🏗️|bulb 💡|busts_in_silhouette 👥|bust_in_silhouette 👤|cake 🍰|calendar 📅
date 📅|spiral_calendar_pad 🗓️|camera 📷|card_index 📇|chart_with_upwards_trend 📈|chart_with_downwards_trend 📉|chart 💹
checkered_flag 🏁|classical_building 🏛️|clap 👏|clipboard 📋|clock1 🕐|clock3 🕒|clock9 🕘|cloud ☁️|coffee ☕|computer 💻|confetti_ball 🎊
construction 🚧|credit_card 💳|crossed_fingers 🤞|crown 👑|cry 😢|crystal_ball 🔮|dart 🎯|dash 💨|disappointed 😞|dizzy 💫|dog 🐶|cat 🐱
dollar 💵|moneybag 💰|euro 💶|door 🚪|ear 👂|earth_americas 🌎|earth_africa 🌍|earth_asia 🌏|globe_with_meridians 🌐|email ✉️
envelope ✉️|envelope_with_arrow 📩|incoming_envelope 📨|exclamation ❗|eyes 👀|face_palm 🤦|facepalm 🤦|factory 🏭|file_folder 📁|fire 🔥
fireworks 🎆|flashlight 🔦|floppy_disk 💾|frowning ☹️|full_moon 🌕|gear ⚙️|gem 💎|ghost 👻|gift 🎁|green_heart 💚|grey_exclamation ❕
grey_question ❔|grimacing 😬|grin 😁|grinning 😀|guitar 🎸|hammer 🔨|hammer_and_wrench 🛠️|hand ✋|raised_hand ✋|handshake 🤝|headphones 🎧
heart ❤️|heart_eyes 😍|heavy_check_mark ✔️|heavy_multiplication_x ✖️|heavy_minus_sign ➖|heavy_plus_sign ➕|hourglass ⌛
hourglass_flowing_sand ⏳|house 🏠|hugging_face 🤗|inbox_tray 📥|outbox_tray 📤|information_source ℹ️|joy 😂|key 🔑|keyboard ⌨️
label 🏷️|large_blue_circle 🔵|large_green_circle 🟢|large_green_square 🟩|large_orange_circle 🟠|large_purple_circle 🟣
large_red_square 🟥|large_yellow_circle 🟡|large_yellow_square 🟨|red_circle 🔴|white_circle ⚪|black_circle ⚫|white_square_button 🔳
laughing 😆|leaves 🍃|ledger 📒|link 🔗|lock 🔒|unlock 🔓|loudspeaker 📢|mega 📣|mag 🔍|mag_right 🔎|mailbox 📫|man 👨|woman 👩
medal 🏅|first_place_medal 🥇|second_place_medal 🥈|third_place_medal 🥉|memo 📝|pencil 📝|pencil2 ✏️|microphone 🎤|minibus 🚐
money_with_wings 💸|monkey_face 🐵|see_no_evil 🙈|hear_no_evil 🙉|speak_no_evil 🙊|muscle 💪|musical_note 🎵|necktie 👔|neutral_face 😐
new 🆕|newspaper 📰|no_entry ⛔|no_entry_sign 🚫|office 🏢|ok 🆗|ok_hand 👌|open_hands 👐|orange_heart 🧡|package 📦|palm_tree 🌴
page_facing_up 📄|paperclip 📎|partying_face 🥳|party_popper 🎉|tada 🎉|pause_button ⏸️|double_vertical_bar ⏸️|arrow_forward ▶️
pensive 😔|phone ☎️|telephone ☎️|telephone_receiver 📞|calling 📲|iphone 📱|pill 💊|pizza 🍕|point_down 👇|point_left 👈|point_right 👉
point_up ☝️|point_up_2 👆|postbox 📮|pray 🙏|purple_heart 💜|pushpin 📌|round_pushpin 📍|question ❓|rage 😡|rainbow 🌈|raised_hands 🙌
raising_hand 🙋|recycle ♻️|relaxed ☺️|relieved 😌|repeat 🔁|robot_face 🤖|rocket 🚀|rotating_light 🚨|runner 🏃|satellite 📡
scales ⚖️|scream 😱|scroll 📜|seedling 🌱|shield 🛡️|ship 🚢|shrug 🤷|signal_strength 📶|slightly_frowning_face 🙁|slightly_smiling_face 🙂
smile 😄|smiley 😃|smirk 😏|smiling_face_with_3_hearts 🥰|snail 🐌|snowflake ❄️|sob 😭|sos 🆘|sparkle ❇️|sparkles ✨|sparkling_heart 💖
speech_balloon 💬|star ⭐|star2 🌟|star-struck 🤩|stopwatch ⏱️|sun_with_face 🌞|sunglasses 😎|sunny ☀️|sunrise 🌅|sweat 😓|sweat_smile 😅
tea 🍵|thermometer 🌡️|thinking_face 🤔|thought_balloon 💭|timer_clock ⏲️|tired_face 😫|toolbox 🧰|triangular_flag_on_post 🚩|trophy 🏆
truck 🚚|turtle 🐢|umbrella ☂️|unamused 😒|upside_down_face 🙃|v ✌️|vertical_traffic_light 🚦|wastebasket 🗑️|warning ⚠️|watch ⌚|wave 👋
weary 😩|white_check_mark ✅|white_medium_square ◻️|wink 😉|worried 😟|wrench 🔧|x ❌|yellow_heart 💛|yum 😋|zap ⚡|zzz 💤
`;

export const EMOJI = new Map(
  LIST.trim()
    .split(/[|\n]/)
    .map((entry) => [entry.slice(0, entry.lastIndexOf(" ")), entry.slice(entry.lastIndexOf(" ") + 1)]),
);

const TONES = ["🏻", "🏼", "🏽", "🏾", "🏿"];

/** The characters for a name, skin tone 2–6 applied; undefined when the name is not known. */
export function emojiFor(name, tone) {
  const found = EMOJI.get(name);
  return found && tone >= 2 && tone <= 6 ? found.replace("\uFE0F", "") + TONES[tone - 2] : found;
}

/** Turns rich text's `unicode` ("1f44d-1f3fd") into characters; undefined when it is not hexadecimal. */
export function emojiFromCode(code) {
  if (!/^[0-9a-f]{2,6}(-[0-9a-f]{2,6})*$/i.test(code ?? "")) return undefined;
  const points = code.split("-").map((part) => Number.parseInt(part, 16));
  return points.every((point) => point <= 0x10ffff) ? String.fromCodePoint(...points) : undefined;
}
